import { html } from 'hono/html';

/** All that the server renders: everything else is drawn by the application. */
export const shell = html`<!doctype html>
  <html lang="es">
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <title>Facturación | Ruta Clara</title>
      <link rel="stylesheet" href="/static/app.css" />
    </head>
    <body>
      <noscript>Necesitas habilitar JavaScript para usar esta aplicación.</noscript>
      <div id="root"></div>
      <script type="module" src="/static/app.js"></script>
    </body>
  </html>`;
