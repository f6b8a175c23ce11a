/**
 * kill -9 of a worker at each critical point, many seeds side by side on one stack. A seed picks the portal, the ticket, which
 * of several passages of the point is meant, and a moment after it. Half of the portals issue a second CFDI when they are asked
 * twice; the ledger counts every submit.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Checkpoint } from '@cfdi-live/worker';
import {
  brokenInvariants,
  startFaultWorld,
  type Case,
  type FaultWorld,
  type PortalId,
  type QueueBackend,
  type Seen,
} from './fault-world.ts';
import { KILL_POINTS, chosenPoints, chosenSeeds, random, type KillPoint } from './seeds.ts';

/** The first two issue again when they are asked again. */
const PORTALS = ['onepage', 'webforms', 'jqwizard', 'listboxes'] as const satisfies readonly PortalId[];
const HOUR_MS = 3_600_000;
const AT_ONCE = 4;

interface Plan {
  point: KillPoint;
  seed: number;
  portal: (typeof PORTALS)[number];
  /** Of the gallery's tickets. */
  ticket: number;
  /** In [0, 1): which passage of the point. */
  passage: number;
  /** How long after it the process dies. */
  afterMs: number;
}

export function killSuite(queue: QueueBackend): void {
  const plans = chosenPoints(process.env).flatMap((point) =>
    chosenSeeds(process.env).map((seed) => planOf(point, seed)),
  );
  let world: FaultWorld;
  /** The checkpoints that an undisturbed task of each portal passes. */
  const usual = new Map<PortalId, Checkpoint[]>();
  /** Tasks that are left asking their portal. */
  const doubtful: Case[] = [];

  beforeAll(async () => {
    world = await startFaultWorld({ queue, crew: AT_ONCE });
    await Promise.all(
      PORTALS.map(async (portal, index) => {
        const undisturbed = await world.submit(portal, 900_000 + index);
        const seen = await world.settled(undisturbed);
        expect([seen.status, ...brokenInvariants(seen)], `${portal}: ${JSON.stringify(seen)}`).toEqual([
          'COMPLETED',
        ]);
        usual.set(
          portal,
          world.faults.passages(undisturbed.taskId).map(({ point }) => point),
        );
      }),
    );
  });
  afterAll(() => world.dispose());

  /**
   * Runs a ticket into its fault. A slow page may be worked with fewer acts than usual; then the passage before is meant, of
   * another ticket.
   */
  async function kill({
    point,
    portal,
    passage,
    ticket,
    afterMs,
  }: Plan): Promise<{ killed: Case; seen: Seen }> {
    const passages = usual.get(portal)?.filter((passed) => passed === point).length ?? 0;
    const meant = passages === 0 ? 0 : 1 + Math.floor(passage * passages);
    for (let nth = meant; nth >= 1; nth -= 1) {
      const killed = await world.submit(portal, ticket + nth * 1_000, {
        fault: { at: point, nth, effect: 'kill', ms: afterMs },
      });
      const seen = await world.settled(killed);
      const passed = world.faults.passages(killed.taskId).filter((of) => of.point === point).length;
      if (passed >= nth) return { killed, seen };
      expect(brokenInvariants(seen), JSON.stringify(seen)).toEqual([]);
    }
    throw new Error(`${portal} never passes ${point}: the worker was to be killed`);
  }

  describe.concurrent(`a worker killed with the queue on ${queue}`, () => {
    it.each(plans.map((plan) => [plan.point, plan.seed, plan.portal, plan] as const))(
      '%s, seed %i (%s): one invoice, found by asking',
      async (_point, _seed, _portal, plan) => {
        const { killed, seen } = await kill(plan);
        expect(brokenInvariants(seen), JSON.stringify(seen)).toEqual([]);
        if (seen.status === 'COMPLETED') return;
        // Nobody can tell whether it was invoiced: asked about, and never submitted again.
        expect(seen).toMatchObject({ status: 'PENDING', ticket: 'in_doubt' });
        doubtful.push(killed);
      },
    );
  });

  it(`what stayed in doubt on ${queue} is asked about for 72 h and ends as outcome_unknown, with one invoice at most`, async () => {
    await world.setClock(73 * HOUR_MS);
    for (const of of doubtful) {
      const seen = await world.settled(of);
      expect(brokenInvariants(seen), JSON.stringify(seen)).toEqual([]);
      expect([seen.status, seen.failure]).toEqual(['FAILED', 'outcome_unknown']);
    }
    await world.setClock(0);
    expect(await world.stack.openBrowsers()).toBe(0);
  }, 600_000);
}

function planOf(point: KillPoint, seed: number): Plan {
  const number = KILL_POINTS.indexOf(point);
  const next = random(seed * KILL_POINTS.length + number);
  const portal = PORTALS[Math.floor(next() * PORTALS.length)] ?? PORTALS[0];
  return {
    point,
    seed,
    portal,
    ticket: 1 + number * 100_000 + seed,
    passage: next(),
    afterMs: next() < 0.5 ? 0 : Math.floor(next() * 40),
  };
}
