import { html } from 'hono/html';
import { type CatalogueEntry, paymentForms } from '../../fiscal.ts';
import {
  type Html,
  controlId,
  controlName,
  messagePopup,
  row,
  submitButton,
  textBox,
  validationSummary,
} from './layout.ts';

/** What a post-back leaves to be shown: field problems in a list, the shop's answer in a pop-up. */
export type Feedback = { readonly problems: readonly string[]; readonly message?: string };
export const noFeedback: Feedback = { problems: [] };

export type TicketForm = { rfc: string; postalCode: string; tc: string; tr: string };
export type ReceptorForm = { name: string; mail: string; regime: string; use: string };

export const steps = (current: number): Html =>
  html`<div class="pasos">
    ${['1. Datos del ticket', '2. Datos del receptor', '3. Confirmación', '4. Factura'].map(
      (caption, index) =>
        html`<span class="${index + 1 === current ? 'pasoActual' : 'paso'}">${caption}</span>`,
    )}
  </div>`;

const requiredNote = html`<p class="nota"><span class="obligatorio">*</span> Campos obligatorios</p>`;

export function ticketPage(
  form: TicketForm,
  feedback: Feedback,
  show: { notice: boolean; captcha: boolean },
): Html {
  return html`${steps(1)}
    <h1>Bienvenido al sistema de facturación</h1>
    <p>
      Capture los datos tal como aparecen en su ticket de compra. Cuenta con <b>30 días naturales</b> a partir
      de la fecha de compra para generar su factura.
    </p>
    ${validationSummary(feedback.problems)}
    <table class="forma" cellspacing="4">
      ${row('RFC:', textBox('txtMemRFC', form.rfc, { maxLength: 13, width: 150, upper: true }), {
        required: true,
        hint: 'Sin guiones ni espacios',
      })}
      ${row(
        'Código Postal (domicilio fiscal):',
        textBox('txtCP', form.postalCode, { maxLength: 5, width: 70 }),
        {
          required: true,
        },
      )}
      ${row('TC#:', textBox('txtTC', form.tc, { maxLength: 20, width: 210 }), {
        required: true,
        hint: '20 dígitos, al final de su ticket',
      })}
      ${row('TR#:', textBox('txtTR', form.tr, { maxLength: 5, width: 70 }), { required: true, hint: '5 dígitos' })}
      ${show.captcha ? captchaRow : ''}
      <tr>
        <td></td>
        <td>
          ${submitButton('btnContinuar', 'Siguiente')} ${submitButton('btnLimpiar', 'Limpiar', 'botonGris')}
        </td>
      </tr>
    </table>
    ${requiredNote} ${sampleTicket} ${show.notice ? privacyNotice : ''} ${messagePopup(feedback.message)}`;
}

const captchaRow = html`<tr>
  <td class="etiqueta">Código de seguridad: <span class="obligatorio">*</span></td>
  <td>
    <img src="/CaptchaImage.aspx" alt="Captcha" width="180" height="56" class="imagenCaptcha" /><br />
    ${textBox('txtCaptcha', '', { maxLength: 5, width: 90, upper: true })}<br />
    <span class="ayuda">Capture los caracteres que aparecen en la imagen</span>
  </td>
</tr>`;

const sampleTicket = html`<div class="muestra">
  <b>¿Dónde encuentro los datos?</b>
  <pre>
  ALMACENES CANDELARIA
  SUC. 0412 LINDAVISTA
  ------------------------
  ART. VENDIDOS     7
  TOTAL       $ 1,045.30
  TC# 9999 9999 9999 9999 9999
  TR# 99999
  ¡GRACIAS POR SU COMPRA!</pre>
</div>`;

const privacyNotice = html`<div id="popAviso" class="velo">
  <div class="popup">
    <div class="popupTitulo">Aviso de privacidad</div>
    <div class="popupTexto">
      <p>
        Almacenes Candelaria, con domicilio en Av. Insurgentes Sur 2140, Col. Florida, Ciudad de México, es
        responsable del tratamiento de los datos personales que usted proporcione en este sitio, mismos que
        serán utilizados únicamente para la emisión del comprobante fiscal digital solicitado.
      </p>
      <p>
        Usted puede ejercer sus derechos de acceso, rectificación, cancelación u oposición en el correo
        privacidad@candelaria.example. Consulte el
        <a href="/AvisoPrivacidad.aspx">aviso de privacidad integral</a>.
      </p>
    </div>
    <input type="button" value="Acepto" class="boton" onclick="ocultar('popAviso')" />
    <input
      type="button"
      value="No acepto"
      class="botonGris"
      onclick="location.href='/AvisoPrivacidad.aspx'"
    />
  </div>
</div>`;

export function receptorPage(
  fixed: { rfc: string; postalCode: string },
  form: ReceptorForm,
  lists: { regimes: readonly CatalogueEntry[]; uses: readonly CatalogueEntry[] },
  feedback: Feedback,
): Html {
  return html`${steps(2)}
    <h1>Datos del receptor</h1>
    <p>
      Capture sus datos fiscales como aparecen en su Constancia de Situación Fiscal, sin régimen societario.
    </p>
    ${validationSummary(feedback.problems)}
    <table class="forma" cellspacing="4">
      ${row('RFC:', html`<span class="dato">${fixed.rfc}</span>`)}
      ${row('Código Postal:', html`<span class="dato">${fixed.postalCode}</span>`)}
      ${row(
        'Nombre o Razón Social:',
        textBox('txtRazonSocial', form.name, { maxLength: 254, width: 360, upper: true }),
        { required: true },
      )}
      ${row('Correo electrónico:', textBox('txtEmail', form.mail, { maxLength: 100, width: 280 }), {
        required: true,
        hint: 'A este correo se enviará su comprobante',
      })}
      ${row(
        'Régimen Fiscal:',
        dropDown('ddlRegimenFiscal', lists.regimes, form.regime, { postBack: true, disabled: false }),
        { required: true },
      )}
      ${row(
        'Uso del CFDI:',
        dropDown('ddlUsoCFDI', lists.uses, form.use, { postBack: false, disabled: lists.uses.length === 0 }),
        { required: true },
      )}
      <tr>
        <td></td>
        <td>
          ${submitButton('btnRegresar', 'Regresar', 'botonGris')} ${submitButton('btnSiguiente', 'Siguiente')}
        </td>
      </tr>
    </table>
    ${requiredNote} ${messagePopup(feedback.message)}`;
}

/** The option's value is the list's own running id, not SAT's code: the vendor's database wants it so. */
export const optionId = (index: number): string => String(index + 1);

function dropDown(
  control: string,
  entries: readonly CatalogueEntry[],
  selected: string,
  options: { postBack: boolean; disabled: boolean },
): Html {
  const postBack = options.postBack
    ? `javascript:setTimeout('__doPostBack(\\'${controlName(control)}\\',\\'\\')', 0)`
    : '';
  return html`<select
    name="${controlName(control)}"
    id="${controlId(control)}"
    class="lista"
    onchange="${postBack}"
    ${options.disabled ? 'disabled' : ''}
  >
    <option value="0">-- Seleccione --</option>
    ${entries.map(
      ({ code, name }, index) =>
        html`<option value="${optionId(index)}" ${code === selected ? 'selected' : ''}>
          ${code} - ${name}
        </option>`,
    )}
  </select>`;
}

export function confirmationPage(
  summary: { readonly [caption: string]: string },
  paymentForm: string,
  feedback: Feedback,
): Html {
  return html`${steps(3)}
    <h1>Confirmación de datos</h1>
    ${validationSummary(feedback.problems)}
    <table class="resumen" cellspacing="0">
      ${Object.entries(summary).map(
        ([caption, value]) =>
          html`<tr>
            <th>${caption}</th>
            <td>${value}</td>
          </tr>`,
      )}
    </table>
    <table class="forma" cellspacing="4">
      ${row(
        'Forma de pago:',
        dropDown('ddlFormaPago', paymentForms, paymentForm, { postBack: false, disabled: false }),
        {
          required: true,
          hint: 'Indique cómo pagó su compra',
        },
      )}
      <tr>
        <td></td>
        <td>
          ${submitButton('btnRegresar', 'Regresar', 'botonGris')}
          <input type="button" value="Generar factura" class="boton" onclick="mostrar('popConfirma')" />
        </td>
      </tr>
    </table>
    <p class="nota">Una vez generada la factura no será posible modificarla ni cancelarla por este medio.</p>
    <div id="popConfirma" class="velo" style="display:none">
      <div class="popup popupChico">
        <div class="popupTitulo">Confirmación</div>
        <p>¿Están correctos sus datos?</p>
        <input
          type="button"
          value="Sí, son correctos"
          class="boton"
          onclick="this.disabled=true;__doPostBack('${controlName('btnGenerar')}','')"
        />
        <input type="button" value="No, corregir" class="botonGris" onclick="ocultar('popConfirma')" />
      </div>
    </div>
    ${messagePopup(feedback.message)}`;
}
