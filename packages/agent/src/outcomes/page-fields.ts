/** What the fields of a page ask for. Pure. */
import { topType } from '../planners/form/assign-fields.ts';
import { FISCAL_TYPES, TICKET_TYPES, type FieldType } from '../planners/form/field-types.ts';
import { formFields } from '../planners/form/form-fields.ts';
import { scoreField } from '../planners/form/score-field.ts';
import type { Snapshot } from '../types.ts';

/** The types of all fields of the page. */
export function fieldTypes(snapshot: Snapshot): FieldType[] {
  return formFields(snapshot.elements).flatMap((field) => topType(scoreField(field.view)) ?? []);
}

/** Whether the page asks for a ticket value or for fiscal data. */
export function asksForTask(snapshot: Snapshot): boolean {
  return fieldTypes(snapshot).some(
    (type) => type !== 'email' && (TICKET_TYPES.has(type) || FISCAL_TYPES.has(type)),
  );
}
