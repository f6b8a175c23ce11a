import { describe, expect, it } from 'vitest';
import type { FieldType } from './field-types.ts';
import { isPrompt, pickOption } from './pick-option.ts';

function pick(type: FieldType | null, wanted: string, texts: string[]): string | null {
  const options = texts.map((text) => {
    const [value = '', shown] = text.includes('=') ? text.split('=') : ['', text];
    return { value, text: shown ?? text, selected: false, disabled: false };
  });
  return pickOption(options, type, wanted)?.text ?? null;
}

describe('choosing', () => {
  it.each<[FieldType | null, string, string[], string | null]>([
    [
      'regime',
      '612',
      ['=Seleccione', '7=601 - General', '9=612 - Personas Físicas'],
      '612 - Personas Físicas',
    ],
    [
      'regime',
      '612',
      ['601=General de Ley Personas Morales', '612=Personas Físicas con Act. Empresariales'],
      'Personas Físicas con Act. Empresariales',
    ],
    [
      'regime',
      '626',
      ['1=General de Ley Personas Morales', '2=Régimen Simplificado de Confianza', '3=Arrendamiento'],
      'Régimen Simplificado de Confianza',
    ],
    ['regime', '612', ['612=601 - Trampa', '3=612 - Cierto'], '612 - Cierto'],
    ['cfdiUse', 'G03', ['a=G01 Adquisición', 'b=G03 Gastos en general.'], 'G03 Gastos en general.'],
    [
      'cfdiUse',
      'G03',
      ['1=Adquisición de mercancías', '2=GASTOS EN GENERAL', '3=Por definir'],
      'GASTOS EN GENERAL',
    ],
    ['cfdiUse', 'G03', ['1=Acquisition of goods', '2=General expenses'], 'General expenses'],
    ['cfdiUse', 'D01', ['G01=Mercancías', 'G03=Gastos'], null],
    ['paymentForm', '04', ['Efectivo', 'Tarjeta de débito', 'Tarjeta de crédito'], 'Tarjeta de crédito'],
    [
      'paymentForm',
      '28',
      ['(01) Efectivo', '(04) Tarjeta de crédito', '(28) Tarjeta de débito'],
      '(28) Tarjeta de débito',
    ],
    ['branch', '31', ['001 Polanco', '031 Condesa', '310 Roma'], '031 Condesa'],
    ['branch', 'Condesa', ['Polanco', 'Suc. Condesa CDMX', 'Roma'], 'Suc. Condesa CDMX'],
    ['branch', 'Centro', ['Puebla Centro', 'Toluca Centro'], null],
    ['dateMonth', '11', ['Octubre', 'Noviembre'], 'Noviembre'],
    ['dateDay', '08', ['7', '8', '9'], '8'],
    ['personType', 'física', ['Persona Moral', 'Persona Física'], 'Persona Física'],
    ['country', 'México', ['MEX=MEXICO', 'USA=ESTADOS UNIDOS'], 'MEXICO'],
    [null, '3', ['Caja 1', '3', '13'], '3'],
  ])('%s %s among %j', (type, wanted, texts, chosen) => {
    expect(pick(type, wanted, texts)).toBe(chosen);
  });

  it('never takes the prompt of a list', () => {
    for (const text of [
      'Seleccione...',
      '-- Elige una opción --',
      '',
      'Select',
      '- Selecciona -',
      'Cargando…',
    ])
      expect(isPrompt({ text, value: '' })).toBe(true);
    for (const text of ['601 - General', 'Efectivo', 'Todas las Américas'])
      expect(isPrompt({ text, value: '1' })).toBe(false);
  });
});
