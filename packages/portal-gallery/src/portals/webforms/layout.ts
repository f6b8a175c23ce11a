import { html } from 'hono/html';

export type Html = ReturnType<typeof html>;

/** ASP.NET's naming: dots of the control tree become `$` in names and `_` in ids. */
const PREFIX = 'ctl00$ContentPlaceHolder1$';
export const controlName = (control: string): string => `${PREFIX}${control}`;
export const controlId = (control: string): string => controlName(control).replaceAll('$', '_');

/** The master page. `action` is the page's own file name, as post-backs go to the page itself. */
export function masterPage(page: { title: string; action: string; viewState: string; content: Html }): Html {
  return html`<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">
    <html xmlns="http://www.w3.org/1999/xhtml" lang="es-MX">
      <head>
        <meta http-equiv="Content-Type" content="text/html; charset=utf-8" />
        <title>${page.title} - Almacenes Candelaria</title>
        <link href="/Content/candelaria.css" rel="stylesheet" type="text/css" />
        <script src="/Content/webforms.js" type="text/javascript"></script>
      </head>
      <body>
        <form method="post" action="./${page.action}" id="aspnetForm" autocomplete="off">
          <div class="aspNetHidden">
            <input type="hidden" name="__EVENTTARGET" id="__EVENTTARGET" value="" />
            <input type="hidden" name="__EVENTARGUMENT" id="__EVENTARGUMENT" value="" />
            <input type="hidden" name="__VIEWSTATE" id="__VIEWSTATE" value="${page.viewState}" />
            <input type="hidden" name="__VIEWSTATEGENERATOR" id="__VIEWSTATEGENERATOR" value="CA0B0334" />
          </div>
          ${banner}
          <table id="cuerpo" cellspacing="0" cellpadding="0">
            <tr>
              <td id="menuIzquierdo" valign="top">${leftMenu}</td>
              <td id="contenido" valign="top">${page.content}</td>
            </tr>
          </table>
          ${footer}
        </form>
      </body>
    </html>`;
}

const banner = html`<div id="encabezado">
    <a href="/Default.aspx"
      ><img src="/Content/logo.svg" alt="Almacenes Candelaria" width="290" height="64"
    /></a>
    <div id="ligasSuperiores">
      <a href="/Sucursales.aspx">Sucursales</a> | <a href="/Promociones.aspx">Folleto de la semana</a> |
      <a href="/Empleos.aspx">Bolsa de trabajo</a> | <a href="/Contacto.aspx">Contáctenos</a>
    </div>
  </div>
  <div id="franja">Facturación Electrónica CFDI 4.0</div>`;

const leftMenu = html`<ul>
    <li><a href="/Default.aspx">Facturar ticket</a></li>
    <li><a href="/Consultar.aspx">Consultar / reimprimir factura</a></li>
    <li><a href="/Ayuda.aspx">¿Cómo facturo?</a></li>
    <li><a href="/Preguntas.aspx">Preguntas frecuentes</a></li>
    <li><a href="/AvisoPrivacidad.aspx">Aviso de privacidad</a></li>
  </ul>
  <div class="cajaLateral">
    <b>Centro de atención</b><br />
    800 226 3527<br />
    Lunes a viernes<br />
    9:00 a 18:00 hrs.
  </div>`;

const footer = html`<div id="pie">
  Almacenes Candelaria &copy; Todos los derechos reservados. Av. Insurgentes Sur 2140, Col. Florida, CDMX.<br />
  Sitio optimizado para Internet Explorer 9 o superior con resolución de 1024 x 768.
  <a href="/Terminos.aspx">Términos y condiciones</a>
</div>`;

/** A row of a form table: the caption is only the cell to the left, as in the days before `<label for>`. */
export function row(
  caption: string,
  control: Html,
  options: { required?: boolean; hint?: string } = {},
): Html {
  return html`<tr>
    <td class="etiqueta">
      ${caption}${options.required === true ? html` <span class="obligatorio">*</span>` : ''}
    </td>
    <td>
      ${control}${options.hint === undefined ? '' : html`<br /><span class="ayuda">${options.hint}</span>`}
    </td>
  </tr>`;
}

export function textBox(
  control: string,
  value: string,
  options: { maxLength: number; width: number; upper?: boolean },
): Html {
  return html`<input
    name="${controlName(control)}"
    type="text"
    maxlength="${options.maxLength}"
    id="${controlId(control)}"
    class="caja${options.upper === true ? ' mayusculas' : ''}"
    value="${value}"
    style="width:${options.width}px;"
  />`;
}

export function submitButton(control: string, caption: string, style = 'boton'): Html {
  return html`<input
    type="submit"
    name="${controlName(control)}"
    value="${caption}"
    id="${controlId(control)}"
    class="${style}"
  />`;
}

/** ASP.NET's ValidationSummary: a red list above the form. */
export function validationSummary(problems: readonly string[]): Html {
  if (problems.length === 0) return html``;
  return html`<div class="resumenErrores">
    Favor de corregir lo siguiente:
    <ul>
      ${problems.map((problem) => html`<li>${problem}</li>`)}
    </ul>
  </div>`;
}

/** The pop-up of an AJAX Control Toolkit: a grey veil and a box on top of it, closed by its button. */
export function messagePopup(message: string | undefined): Html {
  if (message === undefined) return html``;
  return html`<div id="popMensaje" class="velo">
    <div class="popup popupChico">
      <div class="popupTitulo">Almacenes Candelaria</div>
      <p><span id="ctl00_lblMensaje">${message}</span></p>
      <input type="button" value="Aceptar" class="boton" onclick="ocultar('popMensaje')" />
    </div>
  </div>`;
}
