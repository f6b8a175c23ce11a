import { describe, expect, it } from 'vitest';
import { snapshot } from '../testing/build-snapshot.ts';
import { isBusy, readIssued, readMailed, readPromised } from './success.ts';

const says = (text: string) => snapshot({ texts: [{ kind: 'alert', text }] });

describe('the page’s words', () => {
  it.each([
    'Su factura ha sido generada con éxito',
    'Factura generada correctamente',
    '¡Tu CFDI está listo!',
    'Comprobante emitido correctamente',
    'Se generó la factura A-123',
    'La factura fue timbrada correctamente',
    'Your invoice has been issued',
    'Invoice created successfully',
  ])('"%s": the invoice is made', (text) => {
    expect(readIssued(says(text), null)).toMatchObject({ text });
  });

  it.each([
    'No se generó la factura',
    'Error: factura no generada',
    'Genera tu factura',
    'Una vez generada la factura no podrá modificarla',
    'Si su factura fue generada puede descargarla',
    'Datos para tu factura',
  ])('"%s": it is not', (text) => {
    expect(readIssued(says(text), null)).toBeNull();
  });

  it.each([
    'Su factura ha sido enviada al correo t-1@x.mx',
    'Enviamos tu factura al correo registrado',
    'La factura será enviada a su correo electrónico',
    'En breve recibirá su factura en su correo',
    'Se ha enviado tu comprobante por correo electrónico',
    'We have sent the invoice to your e-mail',
    'You will receive your invoice by e-mail',
  ])('"%s": it comes by mail', (text) => {
    expect(readMailed(says(text), null)).toMatchObject({ text });
  });

  it.each(['No se pudo enviar al correo', 'Capture el correo donde desea recibir', 'Correo electrónico'])(
    '"%s": it does not',
    (text) => {
      expect(readMailed(says(text), null)).toBeNull();
    },
  );

  it.each([
    'Su factura estará lista en 30 minutos',
    'Tu factura se generará en un plazo de 24 horas',
    'Podrá descargar su factura a partir de mañana',
    'Your invoice will be available in 2 hours',
  ])('"%s": it is made later', (text) => {
    expect(readPromised(says(text), null)).toMatchObject({ text });
  });

  it.each([
    'Su factura está lista',
    'La factura no estará disponible después de 24 horas',
    'Espere un momento',
  ])('"%s": it is not', (text) => {
    expect(readPromised(says(text), null)).toBeNull();
  });

  it('that ask to wait mean that it is still working', () => {
    expect(isBusy(says('Procesando, espere por favor…'))).toBe(true);
    expect(isBusy(says('Bienvenido'))).toBe(false);
  });
});
