import { html } from 'hono/html';
import type { PortalDeps } from '../../portal.ts';
import { type PortalApp, type PortalContext, type Sessions, field } from '../../web.ts';
import { type Html, notice, page } from './layout.ts';
import { type Door, type Member, isCodeOf } from './members.ts';

/** What the shop remembers of a browser. */
export type Visit = {
  /** Typed in the first step of the login. */
  userName?: string;
  /** The password was right; the code is still to come. */
  waiting?: Member;
  member?: Member;
};

const REFUSED = 'El usuario o la contraseña son incorrectos.';
const LOCKED =
  'Tu cuenta fue bloqueada por exceder el número de intentos. Llámanos para recuperar tu acceso.';
const WRONG_CODE = 'El código no es válido o ya venció.';

/** Signing in: the user name, then the password, then the code where the account has one. */
export function addLogin(app: PortalApp, deps: PortalDeps, sessions: Sessions<Visit>, door: Door): void {
  app.get('/entrar', (c) => {
    const { state } = sessions.of(c);
    if (state.member !== undefined) return c.redirect('/mi-cuenta');
    delete state.userName;
    delete state.waiting;
    return c.html(userStep(''));
  });

  app.post('/entrar', async (c) => {
    const userName = field(await c.req.parseBody(), 'usuario');
    if (userName === '') return c.html(userStep('Escribe tu usuario.'));
    sessions.of(c).state.userName = userName;
    return c.redirect('/entrar/contrasena');
  });

  app.get('/entrar/contrasena', (c) => {
    const { userName } = sessions.of(c).state;
    return userName === undefined ? c.redirect('/entrar') : c.html(passwordStep(userName, ''));
  });

  app.post('/entrar/contrasena', async (c) => {
    const { state } = sessions.of(c);
    const { userName } = state;
    if (userName === undefined) return c.redirect('/entrar');
    // A password is compared as it was typed.
    const { clave } = await c.req.parseBody();
    const entered = door.enter(userName, typeof clave === 'string' ? clave : '');
    if (entered.kind !== 'member')
      return c.html(passwordStep(userName, entered.kind === 'locked' ? LOCKED : REFUSED));
    if (entered.member.totpSecret !== null) {
      state.waiting = entered.member;
      return c.redirect('/entrar/verificacion');
    }
    return welcome(c, state, entered.member);
  });

  app.get('/entrar/verificacion', (c) =>
    sessions.of(c).state.waiting === undefined ? c.redirect('/entrar') : c.html(codeStep('')),
  );

  app.post('/entrar/verificacion', async (c) => {
    const { state } = sessions.of(c);
    if (state.waiting === undefined) return c.redirect('/entrar');
    const code = field(await c.req.parseBody(), 'codigo');
    return isCodeOf(state.waiting, code, deps.now)
      ? welcome(c, state, state.waiting)
      : c.html(codeStep(WRONG_CODE));
  });

  app.get('/salir', (c) => {
    delete sessions.of(c).state.member;
    return c.redirect('/entrar');
  });
  app.get('/registro', (c) => c.html(registration));
  app.get('/recuperar', (c) => c.html(recovery));
}

function welcome(c: PortalContext, state: Visit, member: Member): Response {
  state.member = member;
  delete state.waiting;
  return c.redirect('/mi-cuenta');
}

const card = (title: string, content: Html): Html =>
  page(
    title,
    html`<div class="tarjeta">
      <h1>${title}</h1>
      ${content}
    </div>`,
    null,
  );

const userStep = (problem: string): Html =>
  card(
    'Iniciar sesión',
    html`<p>Para facturar tus compras es necesario que inicies sesión con tu cuenta El Yunque.</p>
      ${notice('error', problem)}
      <form method="post" action="/entrar">
        <label for="usuario">Usuario o correo electrónico</label>
        <input id="usuario" name="usuario" type="text" autocomplete="username" maxlength="120" />
        <button class="principal" type="submit">Siguiente</button>
      </form>
      <hr />
      <p>¿Aún no tienes cuenta? <a href="/registro">Regístrate aquí</a></p>`,
  );

const passwordStep = (userName: string, problem: string): Html =>
  card(
    'Escribe tu contraseña',
    html`<p class="chico">${userName} <a href="/entrar">(cambiar)</a></p>
      ${notice('error', problem)}
      <form method="post" action="/entrar/contrasena">
        <label for="clave">Contraseña</label>
        <input id="clave" name="clave" type="password" autocomplete="current-password" maxlength="80" />
        <label class="casilla"><input type="checkbox" name="recordar" /> Recordarme en este equipo</label>
        <button class="principal" type="submit">Entrar</button>
      </form>
      <p><a href="/recuperar">¿Olvidaste tu contraseña?</a></p>`,
  );

const codeStep = (problem: string): Html =>
  card(
    'Verificación en dos pasos',
    html`<p>Abre tu aplicación de autenticación y escribe el código de 6 dígitos.</p>
      ${notice('error', problem)}
      <form method="post" action="/entrar/verificacion">
        <label for="codigo">Código de verificación</label>
        <input
          id="codigo"
          name="codigo"
          type="text"
          inputmode="numeric"
          autocomplete="one-time-code"
          maxlength="6"
        />
        <button class="principal" type="submit">Verificar</button>
      </form>`,
  );

const registration: Html = card(
  'Crear cuenta',
  html`<form method="post" action="/registro" onsubmit="return false">
    <label for="r-rfc">RFC</label><input id="r-rfc" name="rfc" maxlength="13" />
    <label for="r-nombre">Nombre o razón social</label><input id="r-nombre" name="nombre" maxlength="200" />
    <label for="r-correo">Correo electrónico</label><input id="r-correo" name="correo" type="email" />
    <label for="r-clave">Crea tu contraseña</label
    ><input id="r-clave" name="clave" type="password" autocomplete="new-password" />
    <label for="r-clave2">Confirma tu contraseña</label
    ><input id="r-clave2" name="clave2" type="password" autocomplete="new-password" />
    <label class="casilla"><input type="checkbox" name="terminos" /> Acepto los términos y condiciones</label>
    <button class="principal" type="submit">Crear mi cuenta</button>
  </form>`,
);

const recovery: Html = card(
  'Recuperar contraseña',
  html`<p>Acude a tu tienda El Yunque con una identificación oficial para recuperar tu acceso.</p>`,
);
