/** Which texts of a page may prove a conclusion, and how far they are to be trusted. Pure. */
import type { Evidence, Snapshot, TextView } from '../types.ts';
import { plain, sentences } from '../words/normalize.ts';

/** A sentence of the page that may speak about this ticket. */
export interface Statement {
  /** As the page has it. */
  text: string;
  /** `plain` form of the sentence. */
  said: string;
  /** Stands in an alert, a dialog, a result region or a native dialog. */
  region: boolean;
  /** Was not there in the previous snapshot: the portal's answer to the last act. */
  fresh: boolean;
  evidence: Evidence;
}

const REGIONS: ReadonlySet<TextView['kind']> = new Set(['alert', 'dialog', 'result']);

/** The statements of a snapshot, the most trusted first. */
export function statementsOf(snapshot: Snapshot, previous: Snapshot | null): Statement[] {
  const known = new Set((previous?.texts ?? []).map((text) => plain(text.text)));
  const statements = snapshot.nativeDialogs.flatMap((dialog) =>
    split(dialog.message).map((text) =>
      statement(snapshot, text, dialog.message, 'native_dialog', true, true),
    ),
  );
  for (const text of snapshot.texts) {
    const fresh = previous !== null && !known.has(plain(text.text));
    for (const sentence of split(text.text)) {
      statements.push(statement(snapshot, sentence, text.text, text.kind, REGIONS.has(text.kind), fresh));
    }
  }
  return statements.sort((a, b) => Number(b.region) - Number(a.region));
}

/** A message of several sentences is also read as a whole when it is short: the parts may complete each other. */
function split(text: string): string[] {
  const parts = sentences(text);
  return parts.length > 1 && text.length <= 200 ? [...parts, text] : parts;
}

function statement(
  snapshot: Snapshot,
  sentence: string,
  whole: string,
  kind: Evidence['kind'],
  region: boolean,
  fresh: boolean,
): Statement {
  return {
    text: sentence,
    said: plain(sentence),
    region,
    fresh,
    evidence: { snapshotId: snapshot.id, text: whole.trim().slice(0, 400), kind },
  };
}

/** Help, conditions and questions speak of tickets in general, not of this one. */
export function isGeneral(said: string): boolean {
  return (
    /^\W*(si |cuando|en caso|recuerd|recorda|(nota|aviso|importante|tip|consejo|note):|para (facturar|obtener|consultar|poder)|antes de|una vez|al (presionar|dar|hacer|oprimir|enviar|continuar|generar|facturar)\b|consejo|te recordamos|le recordamos|politica|if (you|your|the)|when |once |please note|note:|remember|in case)/.test(
      said,
    ) ||
    /^\W*(usted )?(tiene|tienes|cuenta con|cuentas con|dispone|dispones|puede|puedes|you (have|can))\b/.test(
      said,
    ) ||
    /\b(si (su|tu|el|la|ya|no|esta|usted)|en caso de que|cuando (su|tu|el)|if your|tickets que|los tickets|sus tickets|los folios|las compras)\b/.test(
      said,
    ) ||
    (said.includes('?') &&
      /^\W*¿?(ya|tu|su|no|como|donde|que|already|did|do|is|has|where|how)\b/.test(said.replace(/^¿/, '')))
  );
}
