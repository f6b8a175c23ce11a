import { describe, expect, it } from 'vitest';
import { carriesIssueVerb, isConsultVerb, leadsToInvoicing, leadsToReprint, verbKind } from './verbs.ts';

describe('issue verbs', () => {
  it.each([
    'Facturar',
    'FACTURAR TICKET',
    'Factura tu compra',
    'Generar factura',
    'Genera tu CFDI',
    'Generar',
    'Timbrar',
    'Timbrar CFDI',
    'Emitir comprobante',
    'Emitir',
    'Obtener factura',
    'Obtener mi factura',
    'Solicitar factura',
    'Crear CFDI',
    'Factura',
    'Facturación',
    'CFDI',
    'Expedir',
    'Validar y facturar',
    'Buscar y generar factura',
    'Create invoice',
    'Get invoice',
    'Generate',
    'Issue CFDI',
    'Request your invoice',
    'Facturar mi ticket »',
    'Quiero mi factura',
    'Refacturar',
  ])('"%s" may issue', (text) => {
    expect(carriesIssueVerb(text)).toBe(true);
    expect(isConsultVerb(text)).toBe(false);
  });

  it.each([
    'Buscar',
    'Consultar',
    'Consultar factura',
    'Descargar factura',
    'Descargar CFDI',
    'Reimprimir factura',
    'Recuperar mi factura',
    'Validar código',
    'Validar ticket',
    'Ver factura',
    'Reenviar factura',
    'Mis facturas',
    'Verificar',
    'Search',
    'Find receipt',
    'Download invoice',
    'Reprint invoice',
  ])('"%s" only asks', (text) => {
    expect(carriesIssueVerb(text)).toBe(false);
    expect(isConsultVerb(text)).toBe(true);
  });
});

describe('the kind of a control', () => {
  it.each([
    ['Limpiar', 'avoid'],
    ['Cancelar', 'avoid'],
    ['Regresar', 'avoid'],
    ['Salir', 'avoid'],
    ['No', 'avoid'],
    ['No acepto', 'avoid'],
    ['Facturar otra compra', 'avoid'],
    ['Nueva factura', 'avoid'],
    ['Cancelar factura', 'avoid'],
    ['¿Dónde encuentro mi folio?', 'avoid'],
    ['Iniciar sesión', 'avoid'],
    ['Aviso de privacidad', 'avoid'],
    ['Suscribirme', 'avoid'],
    ['Clear', 'avoid'],
    ['Back', 'avoid'],
    ['Modificar datos', 'avoid'],
    ['Siguiente', 'next'],
    ['Continuar', 'next'],
    ['Siguiente paso', 'next'],
    ['Next', 'next'],
    ['>>', 'next'],
    ['Comenzar', 'next'],
    ['Agregar', 'add'],
    ['Agregar ticket', 'add'],
    ['Añadir', 'add'],
    ['Add', 'add'],
    ['Aceptar', 'submit'],
    ['Enviar', 'submit'],
    ['Confirmar', 'submit'],
    ['Sí', 'submit'],
    ['Sí, de acuerdo', 'submit'],
    ['Finalizar', 'submit'],
    ['Submit', 'submit'],
    ['OK', 'submit'],
    ['Cerrar', 'dismiss'],
    ['Entendido', 'dismiss'],
    ['×', 'dismiss'],
    ['Sucursales', 'none'],
    ['Menú', 'none'],
    ['', 'none'],
  ] as const)('of "%s" is %s', (text, kind) => {
    expect(verbKind(text)).toBe(kind);
  });
});

describe('where links lead', () => {
  it.each([
    'Consultar o recuperar factura',
    '¿Ya facturaste? Recupera tu factura',
    'Mis facturas',
    'Descarga tu CFDI',
    'Reimpresión',
    'Buscar factura',
    'Find your invoice',
  ])('"%s" to an invoice that exists', (text) => {
    expect(leadsToReprint(text)).toBe(true);
    expect(leadsToInvoicing(text)).toBe(false);
  });
  it.each([
    'Facturación',
    'Facturar',
    'Factura tu ticket',
    'Facturación electrónica CFDI 4.0',
    'Get your invoice',
    'Invoice as guest',
  ])('"%s" to a new one', (text) => {
    expect(leadsToInvoicing(text)).toBe(true);
    expect(leadsToReprint(text)).toBe(false);
  });
});
