import { interventionMessage, type Control, type Intervention } from '@cfdi-live/contract';
import { actorRefOf, type ControlRow, type InterventionRow } from '@cfdi-live/domain';
import { idOrNull, timestamp, timestampOrNull } from './common.ts';

export function presentIntervention(row: InterventionRow): Intervention {
  // What a text would answer was shown by a browser that must still be there.
  const answerable = row.answerable && row.park === 'warm';
  return {
    reason: row.reason,
    message: interventionMessage(row.reason, answerable),
    vendorMessage: row.vendorMessage,
    since: timestamp(row.since),
    until: timestamp(row.until),
    pictureArtifactId: idOrNull('artifact', row.pictureArtifactId),
    park: row.park,
    answerable,
  };
}

export function presentControl({ holder, actor, since }: ControlRow): Control | null {
  const ref = actorRefOf(holder);
  if (ref === null) return null;
  return { holder: { ...ref, label: actor?.label ?? null }, since: timestampOrNull(since) };
}
