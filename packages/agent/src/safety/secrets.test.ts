import { describe, expect, it } from 'vitest';
import { readLoginForm } from '../planners/form/login-form.ts';
import { element, snapshot } from '../testing/build-snapshot.ts';
import type { ElementView, Snapshot } from '../types.ts';
import { refusalOf } from './secrets.ts';

const PORTAL = { domain: 'tienda.example', portalUrl: 'https://facturas.tienda.example/' };

const labels = (label: string) => ({ ...element().labels, label });
const user = element({ id: 'u', role: 'textbox', type: 'text', name: 'Usuario', labels: labels('Usuario') });
const password = element({
  id: 'p',
  role: 'textbox',
  type: 'password',
  name: 'Contraseña',
  labels: labels('Contraseña'),
});
const enter = element({ id: 'b', role: 'button', type: 'submit', name: 'Entrar' });

function page(
  elements: ElementView[],
  url = 'https://cuenta.tienda.example/entrar',
  title = 'Acceso',
): Snapshot {
  return snapshot({ elements, url, title, frames: [{ id: 'main', url, main: true, captcha: null }] });
}
const refusal = (source: string, target: ElementView, on: Snapshot) => refusalOf(source, target, on, PORTAL);

describe('a login', () => {
  const login = page([user, password, enter]);

  it('goes into the form that signs in at its own domain', () => {
    expect(refusal('credential.username', user, login)).toBeNull();
    expect(refusal('credential.password', password, login)).toBeNull();
  });

  it.each([
    ['another domain', 'https://tienda.example.evil.example/entrar'],
    ['a neighbour under a public suffix', 'https://tienda2.example/entrar'],
    ['a page without encryption', 'http://cuenta.tienda.example/entrar'],
    ['no address', 'about:blank'],
  ])('goes to no %s', (_, url) => {
    expect(refusal('credential.password', password, page([user, password, enter], url))).toMatch(
      /own portal/,
    );
  });

  it('does not go into a frame of another host, nor into its own inside a foreign page', () => {
    const inner = { ...password, frameId: 'inner' };
    const frames = (mainUrl: string, innerUrl: string): Snapshot =>
      snapshot({
        elements: [{ ...user, frameId: 'inner' }, inner, { ...enter, frameId: 'inner' }],
        url: mainUrl,
        frames: [
          { id: 'main', url: mainUrl, main: true, captcha: null },
          { id: 'inner', url: innerUrl, main: false, captcha: null },
        ],
      });
    const [own, foreign] = ['https://tienda.example/', 'https://otra.example/'];
    expect(refusal('credential.password', inner, frames(own, own))).toBeNull();
    expect(refusal('credential.password', inner, frames(own, foreign))).not.toBeNull();
    expect(refusal('credential.password', inner, frames(foreign, own))).not.toBeNull();
  });

  it('puts its password into no field that shows it, and nothing into other forms', () => {
    expect(refusal('credential.password', user, login)).toMatch(/password field/);
    expect(refusal('credential.username', password, login)).toMatch(/login form/);
    expect(refusal('credential.totp', user, login)).toMatch(/login form/);
    const again = { ...password, id: 'p2', name: 'Repite', labels: labels('Repite tu contraseña') };
    const registration = page([user, password, again, { ...enter, name: 'Crear cuenta' }]);
    expect(refusal('credential.password', password, registration)).toMatch(/login form/);
  });
});

describe('a login form', () => {
  it('is recognised where the user is an RFC, beside a box to be remembered by', () => {
    const rfc = { ...user, labels: labels('RFC') };
    const box = element({ id: 'c', role: 'checkbox', type: 'checkbox', name: 'Recordarme' });
    const form = readLoginForm(page([rfc, password, box, enter]));
    expect(form).toMatchObject({ user: { id: 'u' }, password: { id: 'p' }, submit: { id: 'b' }, others: [] });
  });

  it('may ask for the user alone', () => {
    const form = readLoginForm(page([user, { ...enter, name: 'Siguiente' }]));
    expect(form).toMatchObject({ user: { id: 'u' }, password: null });
  });

  it.each([
    ['a registration', [user, password, { ...enter, name: 'Registrarme' }]],
    ['a new password', [{ ...password, labels: labels('Nueva contraseña') }, enter]],
    [
      'a newsletter',
      [
        { ...user, type: 'email', labels: labels('Tu correo') },
        { ...enter, name: 'Suscribirme' },
      ],
    ],
    ['the ticket’s own form', [{ ...user, labels: labels('Folio') }, password, { ...enter, name: 'Buscar' }]],
  ])('is not %s', (_, elements) => {
    expect(readLoginForm(page(elements, undefined, 'Tienda'))).toBeNull();
  });

  it('takes a code for an authenticator’s only where the page speaks of one', () => {
    const code = { ...user, id: 'k', autocomplete: 'one-time-code', labels: labels('Código') };
    const says = (text: string): Snapshot => ({
      ...page([code, { ...enter, name: 'Verificar' }], undefined, 'Verificación'),
      texts: [{ frameId: 'main', kind: 'paragraph', text }],
    });
    expect(readLoginForm(says('Abre tu aplicación de autenticación'))).toMatchObject({ code: { id: 'k' } });
    expect(readLoginForm(says('Enviamos un código por SMS a tu celular'))).toBeNull();
  });
});
