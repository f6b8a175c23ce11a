import { html } from 'hono/html';
import type { Html } from './layout.ts';

const bareMessage = (title: string, text: string): Html =>
  html`<!DOCTYPE html>
    <html lang="es-MX">
      <head>
        <meta charset="utf-8" />
        <title>${title}</title>
      </head>
      <body style="font-family: Verdana; padding: 40px; color: #444">
        <h2 style="color: #a00">${title}</h2>
        <p>${text}</p>
      </body>
    </html>`;

export const maintenancePage = bareMessage(
  'Servicio temporalmente inactivo',
  'El sistema de facturación se encuentra temporalmente fuera de servicio. Intente más tarde.',
);

export const viewStateErrorPage = bareMessage(
  "Server Error in '/' Application.",
  'Validation of viewstate MAC failed. If this application is hosted by a Web Farm or cluster, ensure that <machineKey> configuration specifies the same validationKey and validation algorithm.',
);
