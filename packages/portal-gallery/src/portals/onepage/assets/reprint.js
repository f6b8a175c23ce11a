import { fileLinks, paragraph, send } from './form.js';

const form = document.getElementById('reimprimir');
const result = document.getElementById('resultado');

async function submit() {
  result.hidden = true;
  const found = await send(form, '/api/reimprimir');
  if (found === undefined) return;
  const rows = found.facturas.flatMap((invoice) => [
    paragraph(`Factura ${invoice.nombre}, folio fiscal ${invoice.uuid}`),
    fileLinks(invoice),
  ]);
  result.replaceChildren(...rows);
  result.hidden = false;
}

form.addEventListener('submit', (event) => {
  event.preventDefault();
  void submit();
});
