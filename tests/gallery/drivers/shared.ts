import type { Files } from '../drivers.ts';
import type { Visitor } from '../visitor.ts';

export const MAIL = 'facturas@ejemplo.mx';

/** `2026-11-20` as `20/11/2026`. */
export const dayMonthYear = (iso: string): string => iso.split('-').reverse().join('/');

/** What a page says in its alert; '' for none. */
export const alertOf = (page: string): string => /role="alert">([^<]*)</.exec(page)?.[1]?.trim() ?? '';

/** Both files of each invoice that a page links to; `linkOf` makes the path of one. */
export async function linkedFiles(
  visitor: Visitor,
  page: string,
  uuids: RegExp,
  linkOf: (uuid: string, type: 'xml' | 'pdf') => string,
): Promise<readonly Files[]> {
  const found = [...new Set([...page.matchAll(uuids)].map(([, uuid = '']) => uuid))];
  return Promise.all(
    found.map(async (uuid) => ({
      xml: (await visitor.get(linkOf(uuid, 'xml'))).body,
      pdf: (await visitor.get(linkOf(uuid, 'pdf'))).body,
    })),
  );
}
