import { masked, money } from './masks.js';

/** Listens with a handler that calls the server; `call` tells what fails. */
const on = (element, name, handler) => element.addEventListener(name, () => void handler());

/* Aurora: three screens of one application. */
const root = document.querySelector('app-root');
const state = { ticket: {}, fiscal: {} };

const field = (control, label, attributes = '') =>
  `<mat-form-field class="mat-form-field"><div class="mat-form-field-infix"><input matInput formcontrolname="${control}" id="mat-input-${control}" class="mat-input-element" ${attributes}><span class="mat-form-field-label-wrapper"><label for="mat-input-${control}">${label}</label></span></div></mat-form-field>`;
const list = (control, label) =>
  `<mat-form-field class="mat-form-field"><div class="mat-form-field-infix"><select matNativeControl formcontrolname="${control}" id="mat-input-${control}" disabled><option value=""></option></select><span class="mat-form-field-label-wrapper"><label for="mat-input-${control}">${label}</label></span></div></mat-form-field>`;

const frame = (content) => {
  root.innerHTML = `<mat-toolbar><span class="marca">AURORA<small>cinemas</small></span><span class="espacio"></span><a mat-button href="#" data-go="inicio">Facturar</a><a mat-button href="#" data-go="recuperar">Recuperar factura</a></mat-toolbar><main>${content}</main><footer>Cinemas Aurora · Morelia · León · Querétaro · Puebla</footer>`;
  for (const link of root.querySelectorAll('[data-go]'))
    link.addEventListener('click', (event) => {
      event.preventDefault();
      screens[link.dataset.go]();
    });
};
const find = (control) => root.querySelector(`[formcontrolname=${control}]`);
const say = (text) => {
  document.querySelector('snack-bar-container')?.remove();
  if (text === '') return;
  const bar = document.createElement('snack-bar-container');
  bar.setAttribute('role', 'alert');
  bar.textContent = text;
  document.body.append(bar);
};

async function call(path, body) {
  try {
    const options =
      body === undefined
        ? {}
        : { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
    const response = await fetch('/api/' + path, options);
    const data = await response.json();
    if (response.ok) return data;
    say(data.message);
  } catch {
    say('Ocurrió un error de comunicación.');
  }
  return undefined;
}

const ticketCard = (title, button, more = '') => `<mat-card><mat-card-title>${title}</mat-card-title>
  ${field('folio', 'Folio de compra', 'placeholder="____-____-______" inputmode="numeric"')}
  ${field('fecha', 'Fecha de compra', 'placeholder="__/__/____" inputmode="numeric"')}
  ${field('monto', 'Monto total', 'inputmode="numeric"')}${more}
  <div class="acciones"><button mat-raised-button color="primary" disabled>${button}</button></div></mat-card>`;

function ticketScreen(button, ready) {
  state.ticket = { folio: '', fecha: '', monto: '' };
  const check = () => {
    button().disabled = !(ready() && Object.values(state.ticket).every((value) => value !== ''));
  };
  const set = (name) => (value) => {
    state.ticket[name] = value;
    check();
  };
  masked(find('folio'), '9999-9999-999999', set('folio'));
  masked(find('fecha'), '99/99/9999', set('fecha'));
  money(find('monto'), set('monto'));
  return check;
}
const primary = () => root.querySelector('button[color=primary]');

const screens = {
  inicio() {
    say('');
    frame(
      `<h1>Factura tu compra</h1><p>Captura los datos impresos en tu boleto o comprobante de dulcería.</p>${ticketCard('1. Tu compra', 'Continuar')}`,
    );
    ticketScreen(primary, () => true);
    on(primary(), 'click', async () => {
      say('');
      if ((await call('compras', state.ticket)) !== undefined) screens.datos();
    });
  },
  datos() {
    frame(`<h1>Factura tu compra</h1><mat-card><mat-card-title>2. Tus datos fiscales</mat-card-title><div class="dos">
      ${field('rfc', 'RFC', 'maxlength="13"')}${field('razonSocial', 'Nombre o razón social', 'maxlength="254"')}
      ${field('codigoPostal', 'Código postal', 'maxlength="5" inputmode="numeric"')}${field('email', 'Correo electrónico', 'type="email"')}
      ${list('regimenFiscal', 'Régimen fiscal')}${list('usoCfdi', 'Uso de CFDI')}${list('formaPago', 'Forma de pago')}</div>
      <div class="acciones"><button mat-button data-go="inicio">Regresar</button><button mat-raised-button color="primary" disabled>Facturar</button></div></mat-card>`);
    const controls = ['rfc', 'razonSocial', 'codigoPostal', 'email', 'regimenFiscal', 'usoCfdi', 'formaPago'];
    const values = () => Object.fromEntries(controls.map((name) => [name, find(name).value]));
    const options = async (name, path) => {
      const entries = (await call(path)) ?? [];
      const control = find(name);
      control.replaceChildren(
        new Option('', ''),
        ...entries.map(({ code, name: text }) => new Option(code + ' - ' + text, code)),
      );
      control.disabled = entries.length === 0;
    };
    const check = () => {
      primary().disabled = Object.values(values()).some((value) => value === '');
    };
    root.querySelector('mat-card').addEventListener('input', check);
    on(find('rfc'), 'blur', async () => {
      find('rfc').value = find('rfc').value.toUpperCase();
      if (find('rfc').value.length >= 12)
        await options('regimenFiscal', 'regimenes/' + encodeURIComponent(find('rfc').value));
      check();
    });
    on(find('regimenFiscal'), 'change', async () => {
      await options(
        'usoCfdi',
        'usos/' + encodeURIComponent(find('rfc').value) + '/' + find('regimenFiscal').value,
      );
      check();
    });
    void options('formaPago', 'formas-pago');
    on(primary(), 'click', async () => {
      primary().disabled = true;
      const answer = await call('facturas', { ...state.ticket, ...values() });
      if (answer !== undefined) done('¡Tu factura está lista!', answer.facturas);
      else check();
    });
  },
  recuperar() {
    say('');
    frame(
      `<h1>Recuperar factura</h1>${ticketCard('Datos de tu compra', 'Buscar factura', field('rfc', 'RFC', 'maxlength="13"'))}`,
    );
    const check = ticketScreen(primary, () => find('rfc').value.length >= 12);
    find('rfc').addEventListener('input', check);
    on(primary(), 'click', async () => {
      say('');
      const answer = await call('recuperar', { ...state.ticket, rfc: find('rfc').value });
      if (answer !== undefined) done('Facturas de tu compra', answer.facturas);
    });
  },
};

function done(title, invoices) {
  frame(
    `<h1>${title}</h1>${invoices
      .map(
        ({
          uuid,
          numero,
        }) => `<mat-card><mat-card-title>Factura ${numero}</mat-card-title><p>Folio fiscal ${uuid}</p>
    <div class="acciones"><a mat-stroked-button href="/api/facturas/${uuid}/xml" download>Descargar XML</a><a mat-stroked-button href="/api/facturas/${uuid}/pdf" download>Descargar PDF</a></div></mat-card>`,
      )
      .join('')}`,
  );
}

screens.inicio();
