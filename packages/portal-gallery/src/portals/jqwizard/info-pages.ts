import { html } from 'hono/html';

type Html = ReturnType<typeof html>;

const article = (title: string, body: Html): { title: string; content: Html } => ({
  title,
  content: html`<div class="panel">
    <div class="panel-heading">${title}</div>
    <div class="panel-body">${body}</div>
  </div>`,
});

/** The pages that menu and footer lead to, by path. */
export const infoPages: Readonly<Record<string, { title: string; content: Html }>> = {
  '/ayuda': article(
    'Ayuda para facturar',
    html`<p>
        1. Captura tu RFC y los datos de tu ticket. 2. Completa tus datos fiscales. 3. Revisa y presiona
        Facturar.
      </p>
      <p>¿Perdiste tu archivo? Busca nuevamente tu ticket con el mismo RFC y descárgalo otra vez.</p>`,
  ),
  '/sucursales': article(
    'Sucursales',
    html`<p>Centro, Mitras, Cumbres, Linda Vista, San Nicolás y Apodaca. Abierto los 365 días del año.</p>`,
  ),
  '/lealtad': article('Monedero Brígida', html`<p>Acumula 3% en cada compra y úsalo en la siguiente.</p>`),
  '/medicamentos': article(
    'Medicamentos',
    html`<p>Consulta existencias en tu sucursal más cercana. Los antibióticos requieren receta médica.</p>`,
  ),
  '/belleza': article('Dermocosmética', html`<p>Protección solar, hidratantes y cuidado diario.</p>`),
  '/privacidad': article(
    'Aviso de privacidad',
    html`<p>
      Tus datos se usan para emitir tu comprobante fiscal y se conservan para tus próximas facturas.
    </p>`,
  ),
  '/terminos': article(
    'Términos y condiciones',
    html`<p>Una vez emitido, el comprobante no puede modificarse.</p>`,
  ),
};
