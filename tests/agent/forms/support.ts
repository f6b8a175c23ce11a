/** Portals made for one test, and the form planner sent to them. Tests of one file may run side by side. */
import { afterAll, beforeAll } from 'vitest';
import type { TaskFacts } from '@cfdi-live/agent';
import {
  startBrowserHost,
  startSite,
  type BrowserHost,
  type Received,
  type Site,
} from '../browser/support.ts';
import type { TestPortal } from './sites.ts';
import { runOn, type AgentRun, type RunParts } from './world.ts';

export interface Portals {
  /** Takes the ticket to the portal, in a browser of its own. The portal stays up for the next time. */
  invoice(portal: TestPortal, ticket: TaskFacts['ticket'], parts?: Partial<RunParts>): Promise<AgentRun>;
  /** What reached the portal so far. */
  receivedBy(portal: TestPortal): Received[];
}

const PROFILE: TaskFacts['profile'] = {
  rfc: 'CACX7605101P8',
  // As people write it: what a portal is given is ours to spell.
  fullName: 'Xochilt Casas Chavez',
  fiscalRegime: '612',
  postalCode: '36257',
  cfdiUse: 'G03',
  email: 'x@example.com',
};

/** One browser host for the tests of a file. */
export function usePortals(): Portals {
  let host: BrowserHost;
  const sites = new Map<TestPortal, Site>();
  beforeAll(async () => {
    host = await startBrowserHost();
  });
  afterAll(async () => {
    await host.stop();
    await Promise.all([...sites.values()].map((site) => site.stop()));
  });
  return {
    async invoice(portal, ticket, parts = {}) {
      const site = sites.get(portal) ?? (await startSite(portal.pages));
      sites.set(portal, site);
      const facts: TaskFacts = {
        vendorUrl: `${site.origin}/`,
        ticket,
        paymentForm: ticket.paymentForm ?? null,
        mailbox: 't-abc@inbound.example',
        profile: PROFILE,
      };
      return runOn({ host, facts, ...parts });
    },
    receivedBy: (portal) => sites.get(portal)?.received ?? [],
  };
}

/** What the agent did, for the message of a failed test. */
export function told(run: AgentRun): string {
  return run.steps.map(({ summary }) => summary).join('\n');
}
