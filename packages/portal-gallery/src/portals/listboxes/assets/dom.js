/* A few lines in place of a framework: elements once, state many times. */

/** Creates an element: `h('p', { class: 'x', onclick: f }, 'text', child)`. */
export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else if (value !== undefined && value !== false) element.setAttribute(name, value === true ? '' : value);
  }
  element.append(...children.filter((child) => child !== undefined));
  return element;
}

const nativeValue = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value');

/**
 * A controlled input: the state owns the value. A value set by script goes through the tracker, so the `input` event
 * that follows it tells nothing new and is ignored, and the next render puts the state's value back.
 */
export function controlledInput(props, { format = (text) => text, onChange, onBlur }) {
  const element = h('input', { type: 'text', autocomplete: 'off', ...props });
  let tracked = '';
  const setNative = (text) => {
    nativeValue.set.call(element, text);
    tracked = text;
  };
  Object.defineProperty(element, 'value', {
    configurable: true,
    get: () => nativeValue.get.call(element),
    set: (text) => {
      setNative(String(text));
    },
  });
  element.addEventListener('input', () => {
    const typed = nativeValue.get.call(element);
    if (typed === tracked) return;
    tracked = typed;
    onChange(format(typed));
  });
  element.addEventListener('blur', () => onBlur?.());
  const render = (text) => {
    if (nativeValue.get.call(element) !== text) setNative(text);
  };
  return { element, render };
}

/** State with subscribers; a change is rendered in the next microtask, all changes of one event together. */
export function createStore(initial) {
  let state = initial;
  let scheduled = false;
  const listeners = [];
  return {
    get: () => state,
    set: (patch) => {
      state = { ...state, ...patch };
      if (scheduled) return;
      scheduled = true;
      queueMicrotask(() => {
        scheduled = false;
        for (const listener of listeners) listener(state);
      });
    },
    subscribe: (listener) => listeners.push(listener),
  };
}
