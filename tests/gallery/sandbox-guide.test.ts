/** What docs/guides/sandbox.md says of the magic tickets is what the gallery prints and the platform answers. */
import { readFile } from 'node:fs/promises';
import { failureSchema, TASK_STATUSES } from '@cfdi-live/contract';
import { makeTicket, outcomesOf, portalIds } from '@cfdi-live/portal-gallery';
import { expect, it } from 'vitest';

const guide = await readFile(new URL('../../docs/guides/sandbox.md', import.meta.url), 'utf8');
/** The cells of every row of a table whose first cell is code. */
const rows = guide
  .split('\n')
  .filter((line) => line.startsWith('| `'))
  .map((line) =>
    line
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim()),
  );
const rowOf = (name: string): string[] => rows.find(([first]) => first === `\`${name}\``) ?? [];

it.each(portalIds)('prints the first ticket of %s', (id) => {
  const { ticketData } = makeTicket(id, 1, { soldOn: '2026-11-20' });
  expect(rowOf(id)[2]).toBe(`\`${JSON.stringify(ticketData)}\``);
});

const outcomes = Array.from(new Set(portalIds.flatMap((id) => outcomesOf(id))));

it('lists the portals and the outcomes, and nothing else', () => {
  expect(rows.map(([first]) => first)).toEqual([...portalIds, ...outcomes].map((name) => `\`${name}\``));
});

it.each(outcomes)('names the register that forces %s', (outcome) => {
  const [, registers = '', task = ''] = rowOf(outcome);
  for (const id of portalIds.filter((portal) => outcomesOf(portal).includes(outcome))) {
    for (const n of [1, 2, 3, 4, 5, 6, 7, 8, 9, 500]) {
      const printed = makeTicket(id, n, { outcome }).key.split('-')[1] ?? '';
      const [from = '', to = from] = registers.split('–');
      expect(Number(printed), `${id} ${n}`).toBeGreaterThanOrEqual(Number(from));
      expect(Number(printed), `${id} ${n}`).toBeLessThanOrEqual(Number(to));
    }
  }
  const codes = new Set<string>([
    ...TASK_STATUSES,
    ...failureSchema.shape.code.options,
    'jqwizard',
    'later',
    'mailed',
    'rough',
    'html_as_xml',
    'webforms',
    'ticket_invalid',
    'intervention',
    'fail',
    'cfdi.recovered',
  ]);
  for (const [, named = ''] of task.matchAll(/`([^`]+)`/g)) expect(codes, named).toContain(named);
});
