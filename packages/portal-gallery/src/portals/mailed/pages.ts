import type { Receptor } from '@cfdi-live/cfdi';
import { html } from 'hono/html';
import { type CatalogueEntry, FISCAL } from './lists.ts';

type Html = ReturnType<typeof html>;

export type Typed = Receptor & {
  readonly folio: string;
  readonly total: string;
  readonly mail: string;
  readonly mailAgain: string;
};

export const NOTHING_TYPED: Typed = {
  folio: '',
  total: '',
  rfc: '',
  name: '',
  postalCode: '',
  regime: '',
  use: '',
  mail: '',
  mailAgain: '',
};

/** The frame of a site that a theme shop sold: a dark bar, a card, a footer. */
function page(title: string, content: Html): Html {
  return html`<!doctype html>
    <html lang="es">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title} | Librerías El Faro</title>
        <link rel="stylesheet" href="/css/faro.css" />
      </head>
      <body>
        <nav>
          <a class="brand" href="/">El Faro <em>librerías</em></a>
          <a href="/">Solicitar factura</a><a href="/consulta.php">Consultar facturas emitidas</a>
          <a href="/preguntas.php">Preguntas frecuentes</a>
        </nav>
        <main>${content}</main>
        <footer>Librerías El Faro · Av. Chapultepec 480, Guadalajara · facturas@elfaro.example</footer>
      </body>
    </html>`;
}

const row = (name: string, caption: string, value: string, hint = '', type = 'text'): Html =>
  html`<div class="row">
    <label for="${name}">${caption}</label>
    <div>
      <input id="${name}" name="${name}" type="${type}" value="${value}" autocomplete="off" />
      ${hint === '' ? '' : html`<small>${hint}</small>`}
    </div>
  </div>`;

const list = (name: string, caption: string, entries: readonly CatalogueEntry[], chosen: string): Html =>
  html`<div class="row">
    <label for="${name}">${caption}</label>
    <div>
      <select id="${name}" name="${name}">
        <option value="">Elija una opción</option>
        ${entries.map(
          (entry) =>
            html`<option value="${entry.code}" ${entry.code === chosen ? 'selected' : ''}>
              ${entry.code} ${entry.name}
            </option>`,
        )}
      </select>
    </div>
  </div>`;

const alert = (message: string): Html | string =>
  message === '' ? '' : html`<div class="alert" role="alert">${message}</div>`;

export const requestPage = (typed: Typed, message = ''): Html =>
  page(
    'Solicitar factura',
    html`<section class="card">
      <h1>Solicite su factura electrónica</h1>
      <p>
        Le enviaremos los archivos XML y PDF al correo que nos indique. Tiene 45 días a partir de su compra.
      </p>
      ${alert(message)}
      <form method="post" action="/solicitar.php">
        <h2>Datos de la compra</h2>
        ${row('folio_compra', 'Folio de compra', typed.folio, 'Empieza con EF, al pie de su ticket')}
        ${row('importe', 'Importe total', typed.total, 'Con centavos')}
        <h2>Datos fiscales</h2>
        ${row('rfc_cliente', 'RFC', typed.rfc)} ${row('razon', 'Nombre o razón social', typed.name)}
        ${row('codigo_postal', 'Código postal', typed.postalCode)}
        ${list('regimen_fiscal', 'Régimen fiscal', FISCAL.regimes, typed.regime)}
        ${list('uso_cfdi', 'Uso del CFDI', FISCAL.uses, typed.use)}
        <h2>Envío</h2>
        ${row('email', 'Correo electrónico', typed.mail, '', 'email')}
        ${row('email_confirma', 'Confirme su correo electrónico', typed.mailAgain, '', 'email')}
        <button type="submit">Solicitar factura</button>
      </form>
    </section>`,
  );

export const sentPage = (mail: string, isLate: boolean): Html =>
  page(
    'Solicitud recibida',
    html`<section class="card">
      <h1>¡Listo!</h1>
      <div class="success" role="status">
        ${
          isLate
            ? html`Recibimos su solicitud. En el transcurso del día recibirá su factura en el correo
                <b>${mail}</b>.`
            : html`Su factura fue enviada al correo <b>${mail}</b>. Revise también su carpeta de correo no
                deseado.`
        }
      </div>
      <p><a href="/">Regresar al inicio</a></p>
    </section>`,
  );

export const searchPage = (typed: { folio: string; rfc: string }, message = ''): Html =>
  page(
    'Consultar facturas emitidas',
    html`<section class="card">
      <h1>Consultar facturas emitidas</h1>
      <p>Descargue de nuevo una factura con su folio de compra y el RFC con el que la solicitó.</p>
      ${alert(message)}
      <form method="post" action="/consulta.php">
        ${row('folio_compra', 'Folio de compra', typed.folio)} ${row('rfc_cliente', 'RFC', typed.rfc)}
        <button type="submit">Consultar</button>
      </form>
    </section>`,
  );

export const foundPage = (uuids: readonly string[]): Html =>
  page(
    'Facturas emitidas',
    html`<section class="card">
      <h1>Facturas emitidas</h1>
      ${uuids.map(
        (uuid) =>
          html`<p>
            ${uuid}: <a href="/descarga.php?f=${uuid}&amp;t=xml" download>Descargar XML</a>
            <a href="/descarga.php?f=${uuid}&amp;t=pdf" download>Descargar PDF</a>
          </p>`,
      )}
    </section>`,
  );

export const helpPage = (): Html =>
  page(
    'Preguntas frecuentes',
    html`<section class="card">
      <h1>Preguntas frecuentes</h1>
      <p><b>¿Cuándo llega?</b> Casi siempre al momento. En temporada alta puede tardar unas horas.</p>
      <p><b>¿Y si no llega?</b> Consúltela con su folio de compra y su RFC.</p>
    </section>`,
  );
