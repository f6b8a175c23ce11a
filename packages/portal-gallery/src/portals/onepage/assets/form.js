/** The values of a form by name; check boxes as booleans. */
export function valuesOf(form) {
  const values = {};
  for (const control of form.elements) {
    if (control.name === '') continue;
    values[control.name] = control.type === 'checkbox' ? control.checked : control.value;
  }
  return values;
}

/** Sends a form; shows what the server objects to beside the fields and above the button. */
export async function send(form, path) {
  const button = form.querySelector('button[type=submit]');
  const caption = button.textContent;
  complain(form, {});
  button.disabled = true;
  button.textContent = 'Un momento…';
  try {
    const response = await fetch(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(valuesOf(form)),
    });
    const answer = await response.json();
    if (response.ok) return answer;
    complain(form, answer);
  } catch {
    complain(form, { mensaje: 'Algo salió mal. Revisa tu conexión a internet e inténtalo otra vez.' });
  } finally {
    button.disabled = false;
    button.textContent = caption;
  }
  return undefined;
}

function complain(form, { mensaje = '', errores = {} }) {
  for (const spot of form.querySelectorAll('.error')) spot.textContent = errores[spot.dataset.for] ?? '';
  const banner = form.querySelector('.banner');
  banner.textContent = mensaje;
  banner.hidden = mensaje === '';
}

/** Two links that save the files of an invoice, which came as base64. */
export function fileLinks({ nombre, xml, pdf }) {
  const links = document.createElement('p');
  links.className = 'files';
  for (const [type, mime, content] of [
    ['xml', 'application/xml', xml],
    ['pdf', 'application/pdf', pdf],
  ]) {
    const link = document.createElement('a');
    link.href = `data:${mime};base64,${content}`;
    link.download = `${nombre}.${type}`;
    link.textContent = `Descargar ${type.toUpperCase()}`;
    links.append(link);
  }
  return links;
}

export function paragraph(text) {
  const element = document.createElement('p');
  element.textContent = text;
  return element;
}
