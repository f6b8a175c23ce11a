/* Masks that listen to keys alone: what is pasted or set from outside never reaches them. */

/** A field whose shown text is `pattern` with its 9s filled, from the left, by the digits that were typed. */
export function masked(input, pattern, onChange) {
  let digits = '';
  const places = pattern.replaceAll(/[^9]/g, '').length;
  const draw = () => {
    let at = 0;
    input.value = pattern.replaceAll('9', () => digits[at++] ?? '_');
    const caret = input.value.indexOf('_');
    input.setSelectionRange(caret < 0 ? input.value.length : caret, caret < 0 ? input.value.length : caret);
    onChange(digits.length === places ? input.value : '');
  };
  input.addEventListener('focus', () => setTimeout(draw));
  input.addEventListener('blur', () => {
    if (digits === '') input.value = '';
  });
  input.addEventListener('keydown', (event) => {
    if (event.key === 'Tab' || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    if (/^\d$/.test(event.key) && digits.length < places) digits += event.key;
    else if (event.key === 'Backspace' || event.key === 'Delete')
      digits = selected(input) ? '' : digits.slice(0, -1);
    else return;
    draw();
  });
  for (const name of ['beforeinput', 'paste', 'drop'])
    input.addEventListener(name, (event) => event.preventDefault());
}

/** A field of money: digits push from the right, as at a till. */
export function money(input, onChange) {
  let cents = '';
  const draw = () => {
    const value = Number(cents === '' ? '0' : cents) / 100;
    input.value = '$' + value.toLocaleString('en-US', { minimumFractionDigits: 2 });
    onChange(cents === '' ? '' : value.toFixed(2));
  };
  input.addEventListener('keydown', (event) => {
    if (event.key === 'Tab' || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    if (/^\d$/.test(event.key) && cents.length < 9) cents = (cents + event.key).replace(/^0+/, '');
    else if (event.key === 'Backspace' || event.key === 'Delete')
      cents = selected(input) ? '' : cents.slice(0, -1);
    else return;
    draw();
  });
  for (const name of ['beforeinput', 'paste', 'drop'])
    input.addEventListener(name, (event) => event.preventDefault());
}

const selected = (input) => input.selectionEnd - input.selectionStart > 1;
