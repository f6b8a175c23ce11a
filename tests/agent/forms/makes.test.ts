import { describe, expect, it } from 'vitest';
import type { TaskFacts } from '@cfdi-live/agent';
import {
  cartPortal,
  englishPortal,
  framePortal,
  placeholderPortal,
  splitPortal,
  tablePortal,
  type TestPortal,
} from './sites.ts';
import {
  againPortal,
  captchaPortal,
  loginPortal,
  maskPortal,
  noisyPortal,
  pickyPortal,
  refusingPortal,
  rowsPortal,
} from './hard-sites.ts';
import { told, usePortals } from './support.ts';

const { invoice } = usePortals();

const ticket: TaskFacts['ticket'] = {
  amount: 1160,
  date: '2026-11-18',
  folio: 'A-004512',
  paymentForm: '04',
};

describe.concurrent('portals of other makes', { timeout: 90_000 }, () => {
  const makes: [string, () => TestPortal, TaskFacts['ticket']][] = [
    ['tables without labels', tablePortal, ticket],
    ['placeholders, buttons of divs and dependent lists', placeholderPortal, ticket],
    ['English, a guest door and a native confirm', englishPortal, ticket],
    [
      'codes and dates over several boxes',
      splitPortal,
      { amount: 1160, date: '2026-11-18', webId: 'WX12-34YZ-5678-90AB', paymentForm: '04' },
    ],
    ['a list of tickets, radios and a modal', cartPortal, ticket],
    ['masks, a read-only calendar and a closed button', maskPortal, ticket],
    ['a newsletter, a chat, steps without addresses', noisyPortal, { ...ticket, branch: '031' }],
    ['a look-up that wants another format', pickyPortal, ticket],
    ['rows to choose, post-back links and a summary', rowsPortal, ticket],
  ];
  it.each(makes)('%s: issues once and hands out both files', async (_, make, given) => {
    const portal = make();
    const run = await invoice(portal, given);
    expect(run.result, told(run)).toMatchObject({ kind: 'documents', recovered: false });
    expect(
      run.result.kind === 'documents' && run.result.documents.map(({ kind }) => kind).sort(),
      told(run),
    ).toEqual(['pdf', 'xml']);
    expect(portal.issued).toHaveLength(1);
    expect(run.gate.state).toBe('submitted');
  });

  it('a frame with another customer’s data, and mail: issues once with this task’s data, and awaits it', async () => {
    const portal = framePortal();
    const run = await invoice(portal, ticket);
    expect(run.result, told(run)).toMatchObject({ kind: 'awaitDelivery', documents: [] });
    expect(portal.issued).toHaveLength(1);
    expect(run.gate.state).toBe('submitted');
  });

  it('an invoice that exists: fetches it where the portal offers it, and asks for none', async () => {
    const portal = againPortal();
    const run = await invoice(portal, ticket);
    expect(run.result, told(run)).toMatchObject({ kind: 'documents', recovered: true });
    expect(portal.issued).toEqual([]);
  });

  it('an image to be read: fills the rest, then asks a person', async () => {
    const run = await invoice(captchaPortal(), { ...ticket, barcode: '12345678901234567890123456789012345' });
    expect(run.result, told(run)).toMatchObject({ kind: 'needPerson', reason: 'captcha' });
    expect(told(run)).toContain('{{ticket.barcode}}');
    expect(run.gate.marks).toEqual([]);
  });

  it('a login without another door: asks a person', async () => {
    const run = await invoice(loginPortal(), ticket);
    expect(run.result, told(run)).toMatchObject({ kind: 'needPerson', reason: 'login' });
  });

  it('a refusal by SAT: says which datum, once', async () => {
    const portal = refusingPortal();
    const run = await invoice(portal, ticket);
    expect(run.result, told(run)).toMatchObject({
      kind: 'outcome',
      outcome: { code: 'fiscal_data_rejected', details: { field: 'postalCode', satCode: '40147' } },
    });
    expect(portal.refused).toHaveLength(1);
    expect(run.gate.state).toBe('rejected');
  });
});
