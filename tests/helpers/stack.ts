/** A whole local stack for one test file, in a temp folder, and the client to use it with. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { decodeId, type Event } from '@cfdi-live/contract';
import { startLocalStack, type LocalStack, type LocalStackOptions } from '@cfdi-live/local-stack';
import { makeTicket } from '@cfdi-live/portal-gallery';
import { CfdiLive, type ProfileInput, type Task } from '@cfdi-live/sdk';

type PortalId = Parameters<typeof makeTicket>[0];
type Outcome = NonNullable<NonNullable<Parameters<typeof makeTicket>[2]>['outcome']>;

export interface TestStack extends LocalStack {
  client: CfdiLive;
  /** Browsers that run at the provider now, of this task or of all. */
  openBrowsers(taskId?: string): Promise<number>;
  /** What runs at the provider now: its id of a session, and ours of the row. */
  runningSessions(): Promise<{ id: string; rowId: string }[]>;
  /** A task's events so far, as the list tells them. */
  eventsOf(taskId: string): Promise<Event[]>;
  /** Submits a ticket of the gallery as a task. */
  submit(portal: PortalId, n: number, options?: SubmitOptions): Promise<Submitted>;
  /** The worker's log so far, for the message of a failed test. */
  workerLog(): Promise<string>;
}

export interface SubmitOptions {
  outcome?: Outcome;
  /** Default: the stack's own, with its test key. */
  client?: CfdiLive;
  task?: Partial<Parameters<CfdiLive['tasks']['create']>[0]>;
}

export interface Submitted {
  task: Task;
  /** CFDIs that the portal issued for this ticket so far. */
  issued(): number;
  /** Submits that reached the portal for this ticket. */
  submits(): number;
}

/** SAT's published taxpayer for tests. */
export const PROFILE: ProfileInput = {
  rfc: 'CACX7605101P8',
  fullName: 'XOCHILT CASAS CHAVEZ',
  fiscalRegime: '612',
  postalCode: '36257',
  cfdiUse: 'G03',
  email: 'xochilt@despacho.example',
};

/** Starts a stack; `dispose` stops it and removes its folder. */
export async function startTestStack(
  options: Partial<LocalStackOptions> = {},
): Promise<{ stack: TestStack; dispose(): Promise<void> }> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'cfdi-live-stack-'));
  const stack = await startLocalStack({ dataDir, logLevel: 'info', ...options }).catch(
    async (error: unknown) => {
      await rm(dataDir, { recursive: true, force: true });
      throw error;
    },
  );
  const client = new CfdiLive({ apiKey: stack.keys.test, baseUrl: stack.apiUrl });
  return {
    stack: { ...stack, client, ...helpersOf(stack, client) },
    async dispose() {
      await stack.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

function helpersOf(
  stack: LocalStack,
  client: CfdiLive,
): Pick<TestStack, 'openBrowsers' | 'runningSessions' | 'eventsOf' | 'submit' | 'workerLog'> {
  const eventsOf = async (taskId: string): Promise<Event[]> => {
    const response = await fetch(`${stack.apiUrl}/v1/tasks/${taskId}/events?limit=100`, {
      headers: { authorization: `Bearer ${stack.keys.test}` },
    });
    return ((await response.json()) as { data: Event[] }).data;
  };
  const runningSessions = async (): Promise<{ id: string; rowId: string }[]> => {
    const response = await fetch(`${stack.browserbaseUrl}/v1/sessions?status=RUNNING`, {
      headers: { 'x-bb-api-key': stack.browserbaseApiKey },
    });
    const running = (await response.json()) as { id: string; userMetadata: Record<string, string> }[];
    // The provider is told the row of each session.
    return running.map(({ id, userMetadata }) => ({ id, rowId: Object.values(userMetadata)[0] ?? '' }));
  };
  return {
    eventsOf,
    async openBrowsers(taskId) {
      const running = await runningSessions();
      if (taskId === undefined) return running.length;
      const rows = (await eventsOf(taskId)).flatMap((event) =>
        event.type === 'session.started' ? [decodeId('session', event.data.sessionId)] : [],
      );
      return running.filter(({ rowId }) => rows.includes(rowId)).length;
    },
    runningSessions,
    async submit(portalId, n, { outcome, task = {}, client: by = client } = {}) {
      const portal = stack.gallery.portals.find(({ id }) => id === portalId);
      if (portal === undefined) throw new Error(`no portal ${portalId}`);
      const ticket = makeTicket(portalId, n, outcome === undefined ? {} : { outcome });
      const created = await by.tasks.create({
        vendorUrl: portal.url,
        ticketData: ticket.ticketData,
        ...(task.profileId === undefined ? { profile: PROFILE } : {}),
        ...task,
      });
      return {
        task: created,
        issued: () => stack.gallery.ledger.issued(portalId, ticket.key).length,
        submits: () => stack.gallery.ledger.submits(portalId, ticket.key).length,
      };
    },
    workerLog: () => readFile(path.join(stack.logDir, 'worker.log'), 'utf8'),
  };
}

/** Polls a condition; the message names it when it does not come true in time. */
export async function until<T>(
  what: string,
  look: () => Promise<T | false | null | undefined> | T | false | null | undefined,
  waitMs = 30_000,
  everyMs = 50,
): Promise<T> {
  const deadline = performance.now() + waitMs;
  for (;;) {
    const seen = await look();
    if (seen !== false && seen !== null && seen !== undefined) return seen;
    if (performance.now() > deadline) throw new Error(`not within ${waitMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}
