import { h } from './dom.js';

const link = (href, text) => h('a', { href }, text);

export function header() {
  return h(
    'header',
    {},
    h('a', { class: 'brand', href: '#/' }, h('span', { class: 'mark' }), 'Ruta Clara'),
    h(
      'nav',
      {},
      link('#/', 'Facturación'),
      link('#/tarifas', 'Tarifas'),
      link('#/telepeaje', 'Telepeaje'),
      link('#/ayuda', 'Ayuda'),
      link('#/contacto', 'Atención a usuarios'),
    ),
  );
}

export function footer() {
  return h(
    'footer',
    {},
    h('span', {}, '© Concesionaria Ruta Clara'),
    link('#/privacidad', 'Aviso de privacidad'),
    link('#/terminos', 'Términos de uso'),
    h('span', {}, 'Emergencias en carretera: 074'),
  );
}

const page =
  (title, ...paragraphs) =>
  () => [
    h('h2', {}, title),
    ...paragraphs.map((text) => h('p', {}, text)),
    link('#/', 'Volver a facturación'),
  ];

/** What the menu leads to, by hash. */
export const infoPages = {
  '#/tarifas': page(
    'Tarifas vigentes',
    'Automóvil: $98.00. Autobús de 2 ejes: $176.00. Camión de 5 ejes: $352.00. IVA incluido.',
  ),
  '#/telepeaje': page(
    'Telepeaje',
    'Las facturas de cruces con TAG se emiten en el portal de tu proveedor de telepeaje.',
  ),
  '#/ayuda': page(
    'Ayuda',
    'Encuentra el código de facturación de 18 caracteres debajo del código de barras de tu comprobante.',
    'Si tu código ya fue facturado, valídalo de nuevo con el mismo RFC para descargar tu factura.',
    'Cuentas con 60 días a partir de la fecha del cruce.',
  ),
  '#/contacto': page(
    'Atención a usuarios',
    'Escríbenos a usuarios@rutaclara.example o llama al 800 788 2252.',
  ),
  '#/privacidad': page('Aviso de privacidad', 'Usamos tus datos fiscales únicamente para emitir tu CFDI.'),
  '#/terminos': page('Términos de uso', 'El usuario es responsable de los datos que captura.'),
};
