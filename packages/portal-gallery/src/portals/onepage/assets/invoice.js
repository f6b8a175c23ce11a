import { fileLinks, paragraph, send } from './form.js';

const form = document.getElementById('factura');
const result = document.getElementById('resultado');
const { rfc, regimen, uso } = form.elements;

async function refill(select, path, first) {
  const entries = await (await fetch(path)).json();
  const options = entries.map(({ code, name }) => new Option(`${code} ${name}`, code));
  select.replaceChildren(new Option(first, ''), ...options);
}

rfc.addEventListener('change', async () => {
  rfc.value = rfc.value.trim().toUpperCase();
  await refill(regimen, `/api/regimenes?rfc=${encodeURIComponent(rfc.value)}`, 'Selecciona');
  uso.replaceChildren(new Option('Elige primero tu régimen', ''));
});

regimen.addEventListener('change', () =>
  refill(uso, `/api/usos?rfc=${encodeURIComponent(rfc.value)}&regimen=${regimen.value}`, 'Selecciona'),
);

async function submit() {
  const invoice = await send(form, '/api/facturar');
  if (invoice === undefined) return;
  const title = document.createElement('h2');
  title.textContent = '¡Provecho! Tu factura está lista';
  result.replaceChildren(title, paragraph(`Folio fiscal: ${invoice.uuid}`), fileLinks(invoice));
  form.hidden = true;
  result.hidden = false;
}

form.addEventListener('submit', (event) => {
  event.preventDefault();
  void submit();
});
