import { describe, expect, it } from 'vitest';
import { button, facts, link, snapshot } from '../testing/build-snapshot.ts';
import { BUDGETS, DONE, fakeRun, on, PDF, scripted, XML } from '../testing/fake-run.ts';
import { form, portalOf, pressIssue, success } from '../testing/one-form-portal.ts';
import type { Snapshot } from '../types.ts';

describe('the end of a run', () => {
  it('asks a person with the page’s own words when nobody knows how to go on', async () => {
    const page = snapshot({ texts: [{ kind: 'alert', text: 'Falta el dato de CACX7605101P8' }] });
    const { result } = await fakeRun({ portal: portalOf(page, success), planners: [scripted()] });
    expect(result).toMatchObject({
      kind: 'needPerson',
      reason: 'unknown',
      vendorMessage: 'Falta el dato de •',
    });
  });

  it('asks the next planner where one has done the same act three times', async () => {
    const page = snapshot({ elements: [button('Siguiente')] });
    const stubborn = {
      name: 'form' as const,
      decide: ({ snapshot: now }: { snapshot: Snapshot }) => Promise.resolve(on(now, 'Siguiente')),
    };
    const asked: string[] = [];
    const last = {
      name: 'llm' as const,
      decide: () => {
        asked.push('llm');
        return Promise.resolve({ kind: 'pass' as const, reason: 'no' });
      },
    };
    const { performed, result } = await fakeRun({
      portal: { page: () => page, act: () => DONE },
      planners: [stubborn, last],
    });
    expect(performed).toHaveLength(3);
    expect(asked).toEqual(['llm']);
    expect(result.kind).toBe('needPerson');
  });

  it('stops at the step budget and at the time budget', async () => {
    let count = 0;
    const page = () => snapshot({ fingerprint: `p${(count += 1)}`, elements: [button('Siguiente')] });
    const stubborn = {
      name: 'form' as const,
      decide: ({ snapshot: now }: { snapshot: Snapshot }) => Promise.resolve(on(now, 'Siguiente')),
    };
    const portal = { page, act: () => DONE };
    expect(
      (await fakeRun({ portal, planners: [stubborn], budgets: { ...BUDGETS, maxSteps: 5 } })).result,
    ).toEqual({ kind: 'stopped', reason: 'step_budget' });
    expect(
      (await fakeRun({ portal, planners: [stubborn], budgets: { ...BUDGETS, runMs: 20, maxSteps: 500 } }))
        .result,
    ).toEqual({ kind: 'stopped', reason: 'run_budget' });
  });

  it.each([
    ['token_budget', { tokens: 400 }, 3],
    ['cost_budget', { costUsd: 0.4 }, 3],
    // What costs nothing may go on where nothing may be spent.
    ['step_budget', {}, 60],
  ] as const)(
    'stops at the %s, once what deciding cost is more than what was left',
    async (reason, cost, acts) => {
      let count = 0;
      const page = () => snapshot({ fingerprint: `p${(count += 1)}`, elements: [button('Siguiente')] });
      const costly = {
        name: 'llm' as const,
        decide: ({ snapshot: now }: { snapshot: Snapshot }) =>
          Promise.resolve({ ...on(now, 'Siguiente'), ...cost }),
      };
      const budgets = reason === 'step_budget' ? { ...BUDGETS, maxTokens: 0, maxCostUsd: 0 } : BUDGETS;
      const { result, performed } = await fakeRun({
        portal: { page, act: () => DONE },
        planners: [costly],
        budgets,
      });
      expect(result).toEqual({ kind: 'stopped', reason });
      expect(performed).toHaveLength(acts);
    },
  );

  it('is a timeout where nothing of the page can be seen, and no matter for a person', async () => {
    const page = snapshot({ frames: [] });
    const { result, steps } = await fakeRun({ portal: portalOf(page, success), planners: [scripted()] });
    expect(result).toMatchObject({ kind: 'outcome', outcome: { code: 'timeout' } });
    expect(steps).toMatchObject([{ type: 'error', summary: 'the page does not answer' }]);
  });

  it('does not even open the portal when aborted before', async () => {
    const { result, steps } = await fakeRun({
      portal: portalOf(form(), success),
      session: 'fresh',
      signal: AbortSignal.abort(),
    });
    expect(result).toEqual({ kind: 'stopped', reason: 'aborted' });
    expect(steps).toEqual([]);
  });

  it('stops at once when aborted outside of the critical section', async () => {
    const { result, performed } = await fakeRun({
      portal: portalOf(form(), success),
      planners: [scripted(pressIssue)],
      signal: AbortSignal.abort(),
    });
    expect(result).toEqual({ kind: 'stopped', reason: 'aborted' });
    expect(performed).toEqual([]);
  });

  it('says that a portal does not open, in the browser’s terms', async () => {
    const { result } = await fakeRun({
      portal: portalOf(form(), success),
      session: 'fresh',
      planners: [scripted()],
    });
    expect(result.kind).toBe('needPerson');
  });

  it('hands back documents that are not this task’s invoice, for the caller to judge', async () => {
    const portal = portalOf(form(), success, { documents: [XML] });
    const { result } = await fakeRun({
      portal,
      planners: [scripted(pressIssue)],
      accept: () => Promise.resolve('rejected'),
    });
    expect(result).toMatchObject({ kind: 'documents', documents: [XML] });
  });

  it('fetches the PDF after the proof, but does not wait for it for ever', async () => {
    const done = () => ({ ...success(), elements: [link('PDF', { download: true })] });
    const portal = portalOf(form(), done, { documents: [XML] });
    const more = (page: Snapshot) => on(page, 'PDF', { stepType: 'download' });
    const { result, performed } = await fakeRun({
      portal,
      planners: [scripted(pressIssue, more, more, more, more, more, more, more)],
    });
    expect(result).toMatchObject({ kind: 'documents', documents: [XML] });
    expect(performed.length).toBeLessThanOrEqual(5);
  });

  it('records no value of the task', async () => {
    const { steps } = await fakeRun({
      portal: portalOf(form(), success, { documents: [XML, PDF] }),
      planners: [scripted((page) => on(page, 'Facturar', { why: 'Facturar a CACX7605101P8' }))],
    });
    expect(steps.map(({ summary }) => summary).join()).not.toContain('CACX7605101P8');
    expect(facts().profile.rfc).toBe('CACX7605101P8');
  });
});
