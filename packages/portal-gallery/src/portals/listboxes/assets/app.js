import { call, download } from './api.js';
import { createStore, h } from './dom.js';
import { checkField, codeFields, listField, receptorFields, textField } from './forms.js';
import { footer, header, infoPages } from './pages.js';

const NONE = [];
const store = createStore({
  step: 1,
  route: location.hash,
  busy: false,
  touched: {},
  ...Object.fromEntries([...codeFields, ...receptorFields].map(({ name }) => [name, ''])),
  regimen: '',
  uso: '',
  formaPago: '',
  confirmo: false,
  regimenes: NONE,
  usos: NONE,
  formasPago: NONE,
  until: 0,
  notice: undefined,
  invoice: undefined,
});

const allValid = (fields, state) => fields.every(({ name, valid }) => valid(state[name]));

async function validateCode() {
  const { codigo, fecha, importe, rfc } = store.get();
  store.set({ busy: true, notice: undefined });
  const answer = await call('/codigos/validar', { codigo, fecha, importe, rfc });
  if (!answer.ok) {
    store.set({ busy: false, notice: { text: answer.data.mensaje, invoices: answer.data.facturas ?? NONE } });
    return;
  }
  const [regimenes, formasPago] = await Promise.all([
    call(`/catalogos/regimenes?rfc=${encodeURIComponent(rfc)}`),
    call('/catalogos/formas-pago'),
  ]);
  store.set({
    busy: false,
    step: 2,
    until: Date.now() + answer.data.segundos * 1000,
    regimenes: regimenes.data,
    formasPago: formasPago.data,
  });
}

async function loadUses(regimen) {
  store.set({ uso: '', usos: NONE });
  const { rfc } = store.get();
  const answer = await call(`/catalogos/usos?rfc=${encodeURIComponent(rfc)}&regimen=${regimen}`);
  if (store.get().regimen === regimen) store.set({ usos: answer.data });
}

async function createInvoice() {
  const { razonSocial, codigoPostal, correo, regimen, uso, formaPago } = store.get();
  store.set({ busy: true, notice: undefined });
  const answer = await call('/facturas', { razonSocial, codigoPostal, correo, regimen, uso, formaPago });
  if (answer.ok) store.set({ busy: false, step: 3, invoice: answer.data });
  else {
    // 409: the code is used or no longer reserved, so one starts over.
    store.set({
      busy: false,
      step: answer.status === 409 ? 1 : 2,
      notice: { text: answer.data.mensaje, invoices: answer.data.facturas ?? NONE },
    });
  }
}

function codeStep() {
  const fields = codeFields.map((field) => textField(store, field));
  const button = h('button', { type: 'button', class: 'primary', onclick: validateCode }, 'Validar código');
  const element = h(
    'section',
    {},
    h('h2', {}, 'Valida tu código'),
    h(
      'p',
      { class: 'lead' },
      'Captura los datos de tu comprobante. El código sólo puede utilizarse una vez.',
    ),
    h('div', { class: 'grid' }, ...fields.map((field) => field.element)),
    button,
  );
  const render = (state) => {
    element.hidden = state.step !== 1;
    for (const field of fields) field.render(state);
    button.disabled = state.busy || !allValid(codeFields, state);
    button.textContent = state.busy ? 'Validando…' : 'Validar código';
  };
  return { element, render };
}

function receptorStep() {
  const clock = h('span', { class: 'clock' });
  const fields = [
    ...receptorFields.map((field) => textField(store, field)),
    listField(store, {
      name: 'regimen',
      caption: 'Régimen fiscal',
      list: 'regimenes',
      filter: true,
      onSelect: (regimen) => void loadUses(regimen),
    }),
    listField(store, { name: 'uso', caption: 'Uso de CFDI', list: 'usos', filter: true }),
    listField(store, { name: 'formaPago', caption: 'Forma de pago', list: 'formasPago' }),
  ];
  const confirm = checkField(store, 'confirmo', 'Confirmo que mis datos fiscales son correctos');
  const button = h('button', { type: 'button', class: 'primary', onclick: createInvoice }, 'Generar factura');
  const element = h(
    'section',
    {},
    h('h2', {}, 'Datos fiscales'),
    h(
      'p',
      { class: 'lead' },
      'Tu código está reservado durante ',
      clock,
      ' minutos. La factura no podrá corregirse.',
    ),
    h('div', { class: 'grid' }, ...fields.map((field) => field.element)),
    confirm.element,
    button,
  );
  const render = (state) => {
    element.hidden = state.step !== 2;
    tick();
    for (const field of [...fields, confirm]) field.render(state);
    const chosen = state.regimen !== '' && state.uso !== '' && state.formaPago !== '' && state.confirmo;
    button.disabled = state.busy || !chosen || !allValid(receptorFields, state);
    button.textContent = state.busy ? 'Generando…' : 'Generar factura';
  };
  const tick = () => {
    const { until } = store.get();
    const seconds = Math.max(0, Math.round((until - Date.now()) / 1000));
    clock.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
  };
  setInterval(() => store.get().step === 2 && tick(), 1000);
  return { element, render };
}

function downloadButtons(uuid) {
  return ['xml', 'pdf'].map((type) =>
    h(
      'button',
      { type: 'button', class: 'secondary', onclick: () => download(uuid, type) },
      `Descargar ${type.toUpperCase()}`,
    ),
  );
}

function resultStep() {
  const element = h('section', {});
  const render = ({ step, invoice }) => {
    element.hidden = step !== 3;
    if (step !== 3 || element.childElementCount > 0) return;
    element.append(
      h('h2', {}, '¡Listo! Tu factura fue generada'),
      h('p', { class: 'lead' }, `Factura ${invoice.serie}-${invoice.folio} por $${invoice.total.toFixed(2)}`),
      h('p', { class: 'uuid' }, `Folio fiscal: ${invoice.uuid}`),
      h('div', { class: 'actions' }, ...downloadButtons(invoice.uuid)),
    );
  };
  return { element, render };
}

/** The modal dialog: the server's words and, where it offers them, the files of earlier invoices. */
function noticeDialog() {
  const element = h('div', { class: 'mask' });
  let shown;
  const render = ({ notice }) => {
    element.hidden = notice === undefined;
    if (notice === undefined || notice === shown) return;
    shown = notice;
    element.replaceChildren(
      h(
        'div',
        { class: 'dialog', role: 'dialog', 'aria-modal': 'true' },
        h('p', {}, notice.text),
        ...notice.invoices.map(({ uuid, serie, folio }) =>
          h('div', { class: 'recovered' }, h('span', {}, `${serie}-${folio}`), ...downloadButtons(uuid)),
        ),
        h(
          'button',
          { type: 'button', class: 'primary', onclick: () => store.set({ notice: undefined }) },
          'Entendido',
        ),
      ),
    );
  };
  return { element, render };
}

function stepper() {
  const items = ['Código', 'Datos fiscales', 'Descarga'].map((caption, index) =>
    h('li', {}, h('b', {}, String(index + 1)), ` ${caption}`),
  );
  const render = ({ step }) =>
    items.forEach((item, index) => item.classList.toggle('current', index + 1 === step));
  return { element: h('ol', { class: 'stepper' }, ...items), render };
}

function mount() {
  const steps = [stepper(), codeStep(), receptorStep(), resultStep()];
  const dialog = noticeDialog();
  const wizard = h('div', { class: 'card' }, ...steps.map(({ element }) => element));
  const info = h('div', { class: 'card' });
  document
    .getElementById('root')
    .append(
      header(),
      h('main', {}, h('h1', {}, 'Facturación electrónica'), wizard, info),
      footer(),
      dialog.element,
    );
  store.subscribe((state) => {
    const page = infoPages[state.route];
    wizard.hidden = page !== undefined;
    info.hidden = page === undefined;
    if (page !== undefined) info.replaceChildren(...page());
    for (const part of [...steps, dialog]) part.render(state);
  });
  window.addEventListener('hashchange', () => store.set({ route: location.hash }));
  store.set({});
}

mount();
