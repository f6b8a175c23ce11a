import { html } from 'hono/html';
import type { Html } from './layout.ts';

/** The pages around the wizard, by file name. */
export const staticPages: Readonly<Record<string, { title: string; content: Html }>> = {
  'Ayuda.aspx': {
    title: '¿Cómo facturo?',
    content: html`<h1>¿Cómo facturo?</h1>
      <ol>
        <li>Tenga a la mano su ticket de compra y su Constancia de Situación Fiscal.</li>
        <li>Capture RFC, código postal, TC# y TR#.</li>
        <li>Capture su nombre o razón social, seleccione régimen fiscal y uso del CFDI.</li>
        <li>Indique la forma de pago, confirme sus datos y descargue los archivos.</li>
      </ol>
      <p>Para obtener nuevamente sus archivos utilice la opción <a href="/Consultar.aspx">Consultar</a>.</p>`,
  },
  'Preguntas.aspx': {
    title: 'Preguntas frecuentes',
    content: html`<h1>Preguntas frecuentes</h1>
      <p>
        <b>¿Cuánto tiempo tengo para facturar?</b><br />30 días naturales a partir de la fecha de su compra.
      </p>
      <p><b>Mi ticket no se encuentra</b><br />Verifique los números TC# y TR#. No confunda el 0 con el 8.</p>
      <p><b>¿Puedo cancelar mi factura?</b><br />Acuda al módulo de servicio de su tienda.</p>`,
  },
  'AvisoPrivacidad.aspx': {
    title: 'Aviso de privacidad',
    content: html`<h1>Aviso de privacidad integral</h1>
      <p>
        Los datos personales que recabamos (RFC, nombre o razón social, código postal y correo electrónico) se
        utilizan para emitir y enviar el comprobante fiscal que usted solicita. No se transfieren a terceros
        salvo al Proveedor Autorizado de Certificación y al SAT.
      </p>
      <p><a href="/Default.aspx">Regresar</a></p>`,
  },
  'Sucursales.aspx': {
    title: 'Sucursales',
    content: html`<h1>Nuestras sucursales</h1>
      <table class="rejilla" cellspacing="0">
        <tr>
          <th>No.</th>
          <th>Sucursal</th>
          <th>Ciudad</th>
          <th>Horario</th>
        </tr>
        <tr>
          <td>0104</td>
          <td>Portales</td>
          <td>Ciudad de México</td>
          <td>8:00 - 22:00</td>
        </tr>
        <tr>
          <td>0217</td>
          <td>La Loma</td>
          <td>Querétaro</td>
          <td>8:00 - 22:00</td>
        </tr>
        <tr>
          <td>0388</td>
          <td>Campestre</td>
          <td>León</td>
          <td>8:00 - 22:00</td>
        </tr>
        <tr>
          <td>0412</td>
          <td>Lindavista</td>
          <td>Ciudad de México</td>
          <td>24 horas</td>
        </tr>
        <tr>
          <td>0536</td>
          <td>Las Fuentes</td>
          <td>Morelia</td>
          <td>8:00 - 22:00</td>
        </tr>
        <tr>
          <td>0671</td>
          <td>Del Valle</td>
          <td>Toluca</td>
          <td>7:00 - 23:00</td>
        </tr>
      </table>`,
  },
  'Promociones.aspx': {
    title: 'Folleto de la semana',
    content: html`<h1>Folleto de la semana</h1>
      <p>Martes de frutas y verduras: hasta 25% de descuento pagando con Tarjeta Candelaria.</p>`,
  },
  'Empleos.aspx': {
    title: 'Bolsa de trabajo',
    content: html`<h1>Bolsa de trabajo</h1>
      <p>
        Solicitamos cajeros, auxiliares de piso y panaderos. Acuda a la sucursal de su preferencia con
        solicitud.
      </p>`,
  },
  'Contacto.aspx': {
    title: 'Contáctenos',
    content: html`<h1>Contáctenos</h1>
      <p>Centro de atención: 800 226 3527. Correo: facturacion@candelaria.example</p>`,
  },
  'Terminos.aspx': {
    title: 'Términos y condiciones',
    content: html`<h1>Términos y condiciones</h1>
      <p>El usuario es responsable de la veracidad de los datos fiscales capturados.</p>`,
  },
};
