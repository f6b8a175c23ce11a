import { type Gallery, makeTicket, startGallery } from '@cfdi-live/portal-gallery';
import { createTestPki } from '@cfdi-live/portal-gallery/issuer';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  control,
  drivers,
  onepageFiscal,
  onepageTicket,
  optionOf,
  postBack,
  searchTicket,
  submitCode,
  validateCode,
} from './drivers.ts';
import { createVisitor } from './visitor.ts';
import { escuela, persona } from './world.ts';

let gallery: Gallery;

beforeAll(async () => {
  gallery = await startGallery({ port: 0, pki: await createTestPki() });
});
afterAll(() => gallery.close());

describe('webforms', () => {
  const visit = () => createVisitor(gallery, 'webforms');
  const typed = (n: number) => {
    const { tc = '', tr = '' } = makeTicket('webforms', n).ticketData.extra ?? {};
    return {
      txtMemRFC: escuela.rfc,
      txtCP: escuela.postalCode,
      txtTC: tc,
      txtTR: tr,
      btnContinuar: 'Siguiente',
    };
  };

  test('lists what is missing or malformed, and keeps what was typed', async () => {
    const visitor = visit();
    const wrong = { txtMemRFC: 'EKU90<b>', txtCP: '123', txtTC: '12', txtTR: 'x', btnContinuar: 'Siguiente' };
    const { text } = await postBack(visitor, 'Default.aspx', await visitor.get('/'), wrong);

    expect(text).toContain('El RFC no tiene un formato válido.');
    expect(text).toContain('El código postal debe contener 5 dígitos.');
    expect(text).toContain('El TC# debe contener 20 dígitos.');
    expect(text).toContain('El TR# debe contener 5 dígitos.');
    expect(text).toContain('value="EKU90&lt;B&gt;"');
  });

  test('asks for consent to its privacy notice on entry, not on post-backs', async () => {
    const visitor = visit();
    const entry = await visitor.get('/');
    expect(entry.text).toContain('id="popAviso"');
    expect((await postBack(visitor, 'Default.aspx', entry, { btnContinuar: 'x' })).text).not.toContain(
      'popAviso',
    );
  });

  test('refuses a post-back whose view state is not its own', async () => {
    const visitor = visit();
    const forged = { __VIEWSTATE: Buffer.from('{"regime":"601"}').toString('base64') };
    const reply = await visitor.postForm('/Default.aspx', { ...forged, [control('txtTC')]: '1' });
    expect(reply.status).toBe(500);
    expect(reply.text).toContain('Validation of viewstate MAC failed');
  });

  test('fills the use list only by the post-back of the regime, keeping the rest', async () => {
    const visitor = visit();
    const page = await postBack(visitor, 'Default.aspx', await visitor.get('/'), typed(1));
    expect(optionOf(page.text, 'ddlUsoCFDI', 'G03')).toBe('0');

    const ddlRegimenFiscal = optionOf(page.text, 'ddlRegimenFiscal', '601');
    const chosen = { txtRazonSocial: escuela.name, ddlRegimenFiscal };
    const { text } = await postBack(visitor, 'DatosReceptor.aspx', page, chosen);
    expect(optionOf(text, 'ddlUsoCFDI', 'G03')).not.toBe('0');
    expect(optionOf(text, 'ddlUsoCFDI', 'D01')).toBe('0');
    expect(text).toContain(`value="${escuela.name}"`);
  });

  test('shows a CAPTCHA for its captcha tickets until the answer is right', async () => {
    const visitor = visit();
    const ticket = makeTicket('webforms', 2, { outcome: 'captcha' });
    const { tc = '', tr = '' } = ticket.ticketData.extra ?? {};
    const values = { ...typed(2), txtTC: tc, txtTR: tr };
    let page = await postBack(visitor, 'Default.aspx', await visitor.get('/'), values);
    expect(page.text).toContain('CaptchaImage.aspx');
    expect((await visitor.get('/CaptchaImage.aspx')).headers['content-type']).toBe('image/svg+xml');

    page = await postBack(visitor, 'Default.aspx', page, { ...values, txtCaptcha: 'ZZZZZ' });
    expect(page.text).toContain('no coinciden con la imagen');
    expect((await drivers.webforms.invoice(visit(), ticket, escuela)).kind).toBe('delivered');
  });

  test('does not issue without a form of payment', async () => {
    const visitor = visit();
    let page = await postBack(visitor, 'Default.aspx', await visitor.get('/'), typed(3));
    const person = {
      txtRazonSocial: escuela.name,
      txtEmail: 'a@b.mx',
      ddlRegimenFiscal: optionOf(page.text, 'ddlRegimenFiscal', '601'),
    };
    page = await postBack(visitor, 'DatosReceptor.aspx', page, person);
    const ddlUsoCFDI = optionOf(page.text, 'ddlUsoCFDI', 'G03');
    page = await postBack(visitor, 'DatosReceptor.aspx', page, { ...person, ddlUsoCFDI, btnSiguiente: 'x' });
    page = await postBack(visitor, 'Confirmacion.aspx', page, { ddlFormaPago: '0', btnGenerar: '' });

    expect(page.text).toContain('Seleccione la forma de pago.');
    const { key } = makeTicket('webforms', 3);
    expect(gallery.ledger.submits('webforms', key)).toMatchObject([
      { outcome: 'refused', reason: 'invalid' },
    ]);
  });
});

describe('listboxes', () => {
  test('does not issue to a postal code of four digits', async () => {
    const visitor = createVisitor(gallery, 'listboxes');
    const ticket = makeTicket('listboxes', 1);
    await validateCode(visitor, ticket, escuela);
    expect((await submitCode(visitor, { ...escuela, postalCode: '4250' })).status).toBe(422);
    expect(gallery.ledger.issued('listboxes', ticket.key)).toEqual([]);
  });

  test('does not issue to a session that validated nothing', async () => {
    expect((await submitCode(createVisitor(gallery, 'listboxes'), escuela)).status).toBe(409);
  });

  test('answers a body that is no JSON like an empty one', async () => {
    const visitor = createVisitor(gallery, 'listboxes');
    expect((await visitor.postForm('/api/v2/codigos/validar', { codigo: 'x' })).status).toBe(422);
  });
});

describe('jqwizard', () => {
  const clientOf = async (n: number, receptor = escuela) => {
    const reply = await searchTicket(createVisitor(gallery, 'jqwizard'), makeTicket('jqwizard', n), receptor);
    return (JSON.parse(reply.text) as { cliente?: { postalCode: string } }).cliente;
  };

  test('offers what it knows of a customer from before, which is out of date', async () => {
    expect((await clientOf(1))?.postalCode).toBe('26015');
    expect(escuela.postalCode).not.toBe('26015');
  });

  test('remembers what was typed for the last invoice', async () => {
    expect(await clientOf(2, persona)).toBeUndefined();
    await drivers.jqwizard.invoice(createVisitor(gallery, 'jqwizard'), makeTicket('jqwizard', 2), persona);
    expect((await clientOf(3, persona))?.postalCode).toBe(persona.postalCode);
  });

  test('refuses a use that the regime does not allow', async () => {
    const ticket = makeTicket('jqwizard', 4);
    const attempt = await drivers.jqwizard.invoice(createVisitor(gallery, 'jqwizard'), ticket, {
      ...persona,
      use: 'G03',
    });
    expect(attempt).toMatchObject({ kind: 'refused', message: expect.stringContaining('datos fiscales') });
    expect(gallery.ledger.issued('jqwizard', ticket.key)).toEqual([]);
  });
});

describe('onepage', () => {
  const post = (body: unknown) => createVisitor(gallery, 'onepage').postJson('/api/facturar', body);

  test('names every field that is wrong, and counts the submit', async () => {
    const before = gallery.ledger.submits('onepage').length;
    const reply = await post({ total: '1,234.50', correo: 'a@b.mx', correo2: 'a@b.com' });

    expect(reply.status).toBe(422);
    const { errores } = JSON.parse(reply.text) as { errores: Record<string, string> };
    const wrong = [
      'restaurante',
      'ticket',
      'caja',
      'fecha',
      'total',
      'rfc',
      'nombre',
      'cp',
      'regimen',
      'uso',
    ];
    expect(Object.keys(errores).sort()).toEqual([...wrong, 'correo2', 'terminos'].sort());
    expect(gallery.ledger.submits('onepage')).toHaveLength(before + 1);
  });

  test('records which boxes were ticked', async () => {
    const ticket = makeTicket('onepage', 1);
    const form = { ...onepageTicket(ticket), ...onepageFiscal(escuela) };
    await post({ ...form, promociones: true });
    await post(form);
    expect(gallery.ledger.submits('onepage', ticket.key).map(({ consents }) => consents)).toEqual([
      ['terminos', 'promociones'],
      ['terminos'],
    ]);
  });

  test('finds a ticket whose leading zeros were left out', async () => {
    const ticket = makeTicket('onepage', 2);
    const values = onepageTicket(ticket);
    const bare = {
      restaurante: String(Number(values['restaurante'])),
      ticket: '2',
      caja: String(Number(values['caja'])),
    };
    expect((await post({ ...values, ...bare, ...onepageFiscal(escuela) })).status).toBe(200);
    expect(gallery.ledger.issued('onepage', ticket.key)).toHaveLength(1);
  });
});
