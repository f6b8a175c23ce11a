import { h } from './dom.js';

/**
 * A list box made of divs: a trigger, and an overlay at the end of the body with a filter and the options. The overlay
 * fades in, and goes when anything else is clicked.
 */
export function createListBox({ id, placeholder, onSelect, filter = false }) {
  const label = h('span', { class: 'lb-label lb-placeholder' }, placeholder);
  const trigger = h(
    'div',
    { id, class: 'lb', tabindex: '0', 'aria-haspopup': 'listbox', 'aria-expanded': 'false' },
    label,
    h('span', { class: 'lb-arrow' }, '⌄'),
  );
  let options = [];
  let panel;
  let disabled = false;

  const close = () => {
    panel?.remove();
    panel = undefined;
    trigger.setAttribute('aria-expanded', 'false');
    document.removeEventListener('mousedown', closeOutside);
  };
  const closeOutside = (event) => {
    if (panel !== undefined && !panel.contains(event.target) && !trigger.contains(event.target)) close();
  };
  const choose = (option) => {
    close();
    onSelect(option.clave);
    trigger.focus();
  };
  const items = (needle) =>
    options
      .filter(({ texto }) => texto.toLowerCase().includes(needle.toLowerCase()))
      .map((option) =>
        h('li', { class: 'lb-item', role: 'option', onclick: () => choose(option) }, option.texto),
      );
  const open = () => {
    if (disabled) return;
    const list = h('ul', { class: 'lb-items', role: 'listbox' }, ...items(''));
    const search = h('input', {
      class: 'lb-filter',
      type: 'text',
      placeholder: 'Buscar…',
      oninput: () => list.replaceChildren(...items(search.value)),
    });
    const box = trigger.getBoundingClientRect();
    const top = box.bottom + window.scrollY + 4;
    const style = `top:${top}px;left:${box.left + window.scrollX}px;width:${box.width}px`;
    panel = h('div', { class: 'lb-panel', style }, filter ? search : undefined, list);
    document.body.append(panel);
    trigger.setAttribute('aria-expanded', 'true');
    document.addEventListener('mousedown', closeOutside);
  };
  const toggle = () => (panel === undefined ? open() : close());

  trigger.addEventListener('click', toggle);
  trigger.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' || event.key === ' ' || event.key === 'ArrowDown') {
      event.preventDefault();
      if (panel === undefined) open();
    }
    if (event.key === 'Escape') close();
  });

  const render = (nextOptions, selected) => {
    if (nextOptions !== options) close();
    options = nextOptions;
    disabled = options.length === 0;
    trigger.classList.toggle('lb-disabled', disabled);
    const chosen = options.find(({ clave }) => clave === selected);
    label.textContent = chosen?.texto ?? placeholder;
    label.classList.toggle('lb-placeholder', chosen === undefined);
  };
  return { element: trigger, render };
}
