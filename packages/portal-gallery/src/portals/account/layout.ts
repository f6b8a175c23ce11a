import { html } from 'hono/html';

export type Html = ReturnType<typeof html>;

/** The shop's frame around a page. `userName` of who is signed in, else null. */
export function page(title: string, content: Html, userName: string | null): Html {
  return html`<!doctype html>
    <html lang="es-MX">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title} – El Yunque Ferretera</title>
        <link rel="stylesheet" href="/estilos/yunque.css" />
      </head>
      <body>
        <header>
          <div class="barra">
            <a class="marca" href="/"><b>EL YUNQUE</b> <span>ferretera</span></a>
            <form class="buscador" action="/productos" method="get" role="search">
              <input
                type="search"
                name="q"
                placeholder="¿Qué estás buscando?"
                aria-label="Buscar productos"
              />
              <button type="submit" title="Buscar productos">&#128269;</button>
            </form>
            <nav class="cuenta">
              ${
                userName === null
                  ? html`<a href="/entrar">Iniciar sesión</a> <a href="/registro">Crear cuenta</a>`
                  : html`<span class="quien">Hola, ${userName.split('@')[0]}</span>
                      <a href="/salir">Cerrar sesión</a>`
              }
            </nav>
          </div>
          <div class="categorias">
            <a href="/productos">Herramienta</a><a href="/productos">Plomería</a
            ><a href="/productos">Electricidad</a><a href="/productos">Pintura</a
            ><a href="/tiendas">Tiendas</a>
          </div>
        </header>
        <main>${content}</main>
        <footer>
          <div>
            <b>El Yunque Ferretera</b><br />Calz. Independencia Nte. 1450, Guadalajara, Jal.<br />Lun a sáb, 8
            a 20 h
          </div>
          <div>
            <a href="/tiendas">Encuentra tu tienda</a><br /><a href="/privacidad">Aviso de privacidad</a>
          </div>
        </footer>
      </body>
    </html>`;
}

/** The menu of who is signed in, beside the page. */
export function memberPage(title: string, content: Html, userName: string): Html {
  return page(
    title,
    html`<div class="con-menu">
      <aside>
        <h4>Mi cuenta</h4>
        <a href="/mi-cuenta">Resumen</a>
        <a href="/facturacion">Facturar mis compras</a>
        <a href="/mis-facturas">Mis facturas</a>
      </aside>
      <section>${content}</section>
    </div>`,
    userName,
  );
}

export const notice = (kind: 'error' | 'bien' | 'info', text: string): Html =>
  text === ''
    ? html``
    : html`<div class="aviso ${kind}" role="${kind === 'error' ? 'alert' : 'status'}">${text}</div>`;
