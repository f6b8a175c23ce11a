import { controlledInput, h } from './dom.js';
import { createListBox } from './listbox.js';

const RFC = /^[A-Z&Ñ]{3,4}\d{6}[A-Z0-9]{3}$/;
const upper = (text) => text.toUpperCase();
const digits = (text) => text.replace(/\D/g, '');

/** 1, 21, 211 → 21/1, 21/11, 21/11/2026: slashes come by themselves. */
const dateMask = (text) => {
  const typed = digits(text).slice(0, 8);
  return [typed.slice(0, 2), typed.slice(2, 4), typed.slice(4)].filter((part) => part !== '').join('/');
};

export const codeFields = [
  {
    name: 'codigo',
    caption: 'Código de facturación',
    help: '18 caracteres, impreso en tu comprobante de peaje',
    props: { maxlength: '18' },
    format: (text) => upper(text).replace(/[^0-9A-Z]/g, ''),
    valid: (text) => text.length === 18,
    wrong: 'El código debe tener 18 caracteres',
  },
  {
    name: 'fecha',
    caption: 'Fecha del cruce',
    props: { placeholder: 'dd/mm/aaaa', maxlength: '10', inputmode: 'numeric' },
    format: dateMask,
    valid: (text) => text.length === 10,
    wrong: 'Captura la fecha como dd/mm/aaaa',
  },
  {
    name: 'importe',
    caption: 'Importe pagado',
    props: { placeholder: '0.00', inputmode: 'decimal', maxlength: '10' },
    format: (text) => text.replace(/[^\d.]/g, ''),
    valid: (text) => /^\d+(\.\d{1,2})?$/.test(text),
    wrong: 'Captura el importe con dos decimales',
  },
  {
    name: 'rfc',
    caption: 'RFC',
    props: { maxlength: '13' },
    format: upper,
    valid: (text) => RFC.test(text),
    wrong: 'El RFC no es válido',
  },
];

export const receptorFields = [
  {
    name: 'razonSocial',
    caption: 'Nombre o razón social',
    help: 'Sin régimen de capital (S.A. de C.V., S. de R.L.…)',
    props: { maxlength: '300' },
    format: upper,
    valid: (text) => text.trim().length >= 3,
    wrong: 'Captura tu nombre o razón social',
  },
  {
    name: 'codigoPostal',
    caption: 'C.P. del domicilio fiscal',
    props: { maxlength: '5', inputmode: 'numeric' },
    format: digits,
    valid: (text) => /^\d{5}$/.test(text),
    wrong: 'El código postal debe tener 5 dígitos',
  },
  {
    name: 'correo',
    caption: 'Correo electrónico',
    props: { placeholder: 'nombre@dominio.com', maxlength: '120' },
    format: (text) => text,
    valid: (text) => /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text),
    wrong: 'El correo no es válido',
  },
];

/** A text field bound to the store; its message shows only after one has left the field. */
export function textField(store, field) {
  const id = `f-${field.name}`;
  const message = h('small', { class: 'wrong' });
  const input = controlledInput(
    { id, class: 'text', ...field.props },
    {
      format: field.format,
      onChange: (text) => store.set({ [field.name]: text }),
      onBlur: () => store.set({ touched: { ...store.get().touched, [field.name]: true } }),
    },
  );
  const element = h(
    'div',
    { class: 'field' },
    h('label', { for: id }, field.caption, h('span', { class: 'star' }, ' *')),
    input.element,
    field.help === undefined ? undefined : h('small', { class: 'help' }, field.help),
    message,
  );
  const render = (state) => {
    const text = state[field.name];
    input.render(text);
    const wrong = state.touched[field.name] === true && !field.valid(text);
    message.textContent = wrong ? field.wrong : '';
    input.element.classList.toggle('invalid', wrong);
  };
  return { element, render };
}

/** A list box bound to the store: `name` holds the choice, `list` the options. */
export function listField(store, { name, caption, list, filter = false, onSelect = () => {} }) {
  const box = createListBox({
    id: `f-${name}`,
    placeholder: 'Selecciona una opción',
    filter,
    onSelect: (clave) => {
      store.set({ [name]: clave });
      onSelect(clave);
    },
  });
  const element = h(
    'div',
    { class: 'field' },
    h('span', { class: 'caption' }, caption, h('span', { class: 'star' }, ' *')),
    box.element,
  );
  return { element, render: (state) => box.render(state[list], state[name]) };
}

/** A check box made of a div. */
export function checkField(store, name, caption) {
  const toggle = () => store.set({ [name]: !store.get()[name] });
  const box = h('div', {
    class: 'check',
    role: 'checkbox',
    tabindex: '0',
    'aria-checked': 'false',
    'aria-label': caption,
    onclick: toggle,
    onkeydown: (event) => {
      if (event.key !== ' ') return;
      event.preventDefault();
      toggle();
    },
  });
  const element = h('div', { class: 'check-row' }, box, h('span', { onclick: toggle }, caption));
  return { element, render: (state) => box.setAttribute('aria-checked', String(state[name])) };
}
