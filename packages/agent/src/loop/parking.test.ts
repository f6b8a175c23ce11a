import { describe, expect, it } from 'vitest';
import { box, button, facts, snapshot } from '../testing/build-snapshot.ts';
import { DONE, fakeGate, fakeRun, on, scripted, write, type FakePortal } from '../testing/fake-run.ts';
import type { AgentResult, AgentState, Decision, Snapshot } from '../types.ts';
import { readAgentState } from './agent-state.ts';

const PICTURE = { png: new Uint8Array([1]), name: 'one' };

type Asked = Extract<AgentResult, { kind: 'needPerson' }>;
function asked(result: AgentResult): Asked {
  if (result.kind !== 'needPerson') throw new Error(`the run ended as ${result.kind}`);
  return result;
}

/** A form whose last field is a CAPTCHA. */
const page = (values: { folio?: string; code?: string } = {}): Snapshot =>
  snapshot({
    elements: [
      box('Folio', { value: values.folio ?? '' }),
      box('Captcha', { value: values.code ?? '' }),
      button('Buscar'),
    ],
  });
const captchaOf = (seen: Snapshot) => seen.elements.find(({ name }) => name === 'Captcha')?.id ?? '';
const needed = (seen: Snapshot): Decision => ({
  kind: 'needPerson',
  reason: 'captcha',
  evidence: { snapshotId: seen.id, kind: 'paragraph', text: 'Captcha' },
  fields: [captchaOf(seen)],
});

function portalOf(picture: FakePortal['picture'] = () => PICTURE): FakePortal & { typed: string[] } {
  const typed: string[] = [];
  let now = page();
  return {
    typed,
    page: () => now,
    act: (action) => {
      if ('value' in action) {
        typed.push(action.value.text);
        now = page(
          action.value.source === 'person.answer' ? { folio: 'A', code: action.value.text } : { folio: 'A' },
        );
      }
      return DONE;
    },
    picture,
  };
}

const fill = (seen: Snapshot) => write(seen, 'Folio', 'ticket.folio', facts().ticket.folio ?? '');

/** A run that stops at the CAPTCHA. */
async function parked(portal = portalOf()): Promise<Asked> {
  return asked((await fakeRun({ portal, planners: [scripted(fill, needed)] })).result);
}

describe('a run that needs a person', () => {
  it('ends with the picture alone, whether a text would do, and where it stood', async () => {
    const { picture, answerable, state } = await parked();
    expect({ picture, answerable }).toEqual({ picture: PICTURE.png, answerable: true });
    expect(state).toMatchObject({ asked: { reason: 'captcha', picture: 'one', wrongAnswers: 0 } });
    expect(state.done).toMatchObject([{ act: 'fill', source: 'ticket.folio', ok: true }]);
  });

  it('leaves a state of plain JSON without any value of the task', async () => {
    const { state } = await parked();
    expect(readAgentState(JSON.parse(JSON.stringify(state)))).toEqual(state);
    const kept = JSON.stringify(state);
    for (const value of [facts().ticket.folio, facts().profile.rfc, facts().profile.fullName])
      expect(kept).not.toContain(value);
  });

  it('asks for more than a text where nothing can be shown', async () => {
    expect((await parked(portalOf(() => null))).answerable).toBe(false);
  });
});

it.each([
  ['nothing', null],
  ['another version', { version: 2 }],
  ['something half', { version: 1, asked: null, done: [{}], seen: [], steps: 0, learnt: [] }],
  [
    'an act that nobody knows',
    { version: 1, asked: null, done: [{ act: 'toString' }], seen: [], steps: 0, learnt: [] },
  ],
])('a state that is %s is none', (_name, stored) => {
  expect(readAgentState(stored)).toBeNull();
});

describe('a run that goes on', () => {
  const go = async (state: AgentState, parts: Partial<Parameters<typeof fakeRun>[0]> = {}) => {
    const portal = portalOf();
    const run = await fakeRun({
      portal,
      state,
      answer: 'K7P2',
      planners: [scripted(needed, needed)],
      ...parts,
    });
    return { ...run, typed: portal.typed };
  };

  it('types the answer below the picture that was shown, and goes on', async () => {
    const { typed, steps } = await go((await parked()).state, {
      planners: [scripted(needed, (seen) => on(seen, 'Buscar'))],
    });
    expect(typed).toEqual(['K7P2']);
    expect(steps.some(({ planner, type }) => planner === 'person' && type === 'input')).toBe(true);
    expect(JSON.stringify(steps)).not.toContain('K7P2');
  });

  it('types no answer below another picture, nor in another browser', async () => {
    const { state } = await parked();
    const other = portalOf(() => ({ png: new Uint8Array([2]), name: 'two' }));
    const { result } = await fakeRun({ portal: other, state, answer: 'K7P2', planners: [scripted(needed)] });
    expect(other.typed).toEqual([]);
    expect(asked(result).picture).toEqual(new Uint8Array([2]));
    expect((await go(state, { session: 'fresh' })).typed).toEqual([]);
  });

  it('asks again after a wrong answer, and by text three times at most, but never fails', async () => {
    let { state } = await parked();
    const answerable: boolean[] = [];
    for (let round = 0; round < 4; round += 1) {
      const { result } = await go(state);
      ({ state } = asked(result));
      answerable.push(asked(result).answerable);
    }
    expect(answerable).toEqual([true, true, false, false]);
  });

  it('knows what was put in before, but not how often something was pressed in vain', async () => {
    const portal = portalOf();
    const press = (seen: Snapshot) => on(seen, 'Buscar');
    const first = await fakeRun({ portal, planners: [scripted(fill, press, press, needed)] });
    const histories: string[][] = [];
    await fakeRun({
      portal,
      state: asked(first.result).state,
      planners: [
        {
          name: 'form',
          decide: ({ history, snapshot: seen }) => {
            histories.push(history.map(({ planner, planned }) => `${planner} ${planned.action.kind}`));
            return Promise.resolve(needed(seen));
          },
        },
      ],
    });
    expect(histories[0]).toEqual(['form fill', 'person click']);
  });
});

describe('a pause', () => {
  const pause = new AbortController();
  pause.abort();

  it('ends the run at its next safe point, with what the next one needs', async () => {
    const { result, performed } = await fakeRun({
      portal: portalOf(),
      planners: [scripted(fill)],
      pause: pause.signal,
    });
    expect(result).toMatchObject({ kind: 'paused', state: { version: 1, asked: null } });
    expect(performed).toEqual([]);
  });

  it('never cuts a marked act off before it is settled', async () => {
    const asking = new AbortController();
    const gate = fakeGate();
    const issue = (): Snapshot =>
      snapshot({
        elements: [
          box('RFC', { value: facts().profile.rfc }),
          box('Folio', { value: 'A-004512' }),
          button('Facturar'),
        ],
      });
    const { result } = await fakeRun({
      gate,
      pause: asking.signal,
      portal: {
        page: issue,
        act: async (_action, send) => {
          await send();
          asking.abort();
          return DONE;
        },
      },
      planners: [scripted((seen) => on(seen, 'Facturar', { suspect: true }))],
    });
    expect(gate.calls.slice(0, 2)).toEqual(['mark', 'submitted']);
    expect(gate.calls.at(-1)).toMatch(/^settle:/);
    expect(result.kind).toBe('paused');
  });
});
