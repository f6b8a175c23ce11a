import { html } from 'hono/html';

type Html = ReturnType<typeof html>;

/** The site's frame. `script` is a module under `/public`. */
export function page(title: string, content: Html, script?: string): Html {
  return html`<!doctype html>
    <html lang="es-MX">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width" />
        <title>${title} · Don Tobías Hamburguesas</title>
        <link rel="stylesheet" href="/public/tobias.css" />
      </head>
      <body>
        <div class="hero">
          <a class="logo" href="/">DON TOBÍAS<small>hamburguesas al carbón</small></a>
          <div class="menu">
            <a href="/menu">Menú</a><a href="/restaurantes">Restaurantes</a><a href="/">Factura</a>
            <a href="/reimprimir">Consultar / reimprimir factura</a><a href="/contacto">Contacto</a>
          </div>
        </div>
        <div class="sheet">${content}</div>
        <div class="bottom">
          Hecho con hambre en Guadalajara · <a href="/terminos">Términos y condiciones</a> ·
          <a href="/privacidad">Privacidad</a>
        </div>
        ${script === undefined ? '' : html`<script type="module" src="/public/${script}"></script>`}
      </body>
    </html>`;
}

const input = (
  name: string,
  caption: string,
  attributes: { type?: string; max?: number; hint?: string } = {},
): Html =>
  html`<div class="f">
    <label for="${name}">${caption} *</label>
    <input
      id="${name}"
      name="${name}"
      type="${attributes.type ?? 'text'}"
      maxlength="${attributes.max ?? 200}"
    />
    ${attributes.hint === undefined ? '' : html`<i>${attributes.hint}</i>`}
    <span class="error" data-for="${name}"></span>
  </div>`;

const select = (name: string, caption: string, first: string): Html =>
  html`<div class="f">
    <label for="${name}">${caption} *</label>
    <select id="${name}" name="${name}">
      <option value="">${first}</option>
    </select>
    <span class="error" data-for="${name}"></span>
  </div>`;

const ticketFields: Html = html`<fieldset>
  <legend>Tu ticket</legend>
  <div class="three">
    ${input('restaurante', 'Número de restaurante', { max: 4, hint: '4 dígitos, junto al nombre de la sucursal' })}
    ${input('ticket', 'Número de ticket', { max: 6 })} ${input('caja', 'Caja', { max: 2 })}
    ${input('fecha', 'Fecha', { type: 'date' })}
    ${input('total', 'Total', { max: 10, hint: 'Con centavos, sin $' })}
  </div>
</fieldset>`;

export const invoicePage: Html = html`<h1>¡Factura tu consumo!</h1>
  <p class="intro">
    Tienes <b>72 horas</b> a partir de tu visita. Ten a la mano tu ticket y tu Constancia de Situación Fiscal.
  </p>
  <form id="factura" novalidate autocomplete="off">
    ${ticketFields}
    <fieldset>
      <legend>Tus datos fiscales</legend>
      <div class="two">
        ${input('rfc', 'RFC', { max: 13 })} ${input('nombre', 'Nombre o razón social', { max: 254 })}
        ${input('cp', 'Código postal', { max: 5 })}
        ${select('regimen', 'Régimen fiscal', 'Escribe primero tu RFC')}
        ${select('uso', 'Uso de la factura', 'Elige primero tu régimen')}
      </div>
      <div class="two">
        ${input('correo', 'Correo electrónico', { type: 'email', max: 120 })}
        ${input('correo2', 'Confirma tu correo electrónico', { type: 'email', max: 120 })}
      </div>
    </fieldset>
    <div class="boxes">
      <label
        ><input type="checkbox" name="promociones" /> Sí, quiero recibir promociones y cupones de Don Tobías y
        sus socios comerciales.</label
      >
      <label
        ><input type="checkbox" name="terminos" /> He leído y acepto los
        <a href="/terminos" target="_blank">términos y condiciones</a>.</label
      >
      <span class="error" data-for="terminos"></span>
    </div>
    <div class="banner" hidden></div>
    <button type="submit" class="big">Facturar</button>
  </form>
  <div id="resultado" hidden></div>`;

export const reprintPage: Html = html`<h1>Consultar / reimprimir factura</h1>
  <p class="intro">Escribe los datos de tu ticket y el RFC con el que facturaste.</p>
  <form id="reimprimir" novalidate autocomplete="off">
    ${ticketFields}
    <div class="two">${input('rfc', 'RFC', { max: 13 })}</div>
    <div class="banner" hidden></div>
    <button type="submit" class="big">Consultar</button>
  </form>
  <div id="resultado" hidden></div>`;

const article = (title: string, ...paragraphs: readonly string[]): { title: string; content: Html } => ({
  title,
  content: html`<h1>${title}</h1>
    ${paragraphs.map((text) => html`<p>${text}</p>`)}`,
});

/** The pages around the form, by path. */
export const infoPages: Readonly<Record<string, { title: string; content: Html }>> = {
  '/menu': article(
    'Menú',
    'La Tobías: 180 g al carbón, queso Chihuahua y tocino. $139.',
    'Papas de la casa. $55.',
  ),
  '/restaurantes': article(
    'Restaurantes',
    '0104 Chapultepec · 0217 Providencia · 0388 Galerías · 0412 La Minerva · 0536 Andares · 0671 Tlaquepaque',
  ),
  '/contacto': article('Contacto', 'hola@dontobias.example · 33 3615 8824'),
  '/terminos': article(
    'Términos y condiciones',
    'La factura se emite con los datos que escribes. Revísalos: una factura emitida no puede modificarse.',
  ),
  '/privacidad': article(
    'Privacidad',
    'Usamos tus datos para emitir tu factura. Sólo te mandamos promociones si marcas la casilla correspondiente.',
  ),
};
