/** The product's main job, played through the SDK as an accounting system would: ticket in, proven CFDI out. */
import { randomInt } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { makeTicket } from '@cfdi-live/portal-gallery';
import { CfdiLive, type Event, type Step, type Task } from '@cfdi-live/sdk';
import type { LocalStack } from '../stack/start.ts';
import type { Receiver } from './receiver.ts';
import type { Terminal } from './terminal.ts';

/** What `npm run demo -- --json` prints. */
export interface DemoResult {
  status: Task['status'];
  uuid: string | null;
  total: number | null;
  receptorRfc: string | null;
  /** Who decided the steps: the planners' names, `+` between them. */
  planner: string;
  tokens: number;
  steps: number;
  /** From the request to the proof. */
  msToProof: number;
  webhookVerified: boolean;
  sseEvents: number;
  xmlPath: string | null;
  pdfPath: string | null;
  /** CFDIs that the portal issued for this ticket. */
  ledgerIssued: number;
}

const PORTAL = 'webforms';
/** SAT publishes this taxpayer for tests. */
const PROFILE = {
  rfc: 'CACX7605101P8',
  fullName: 'XOCHILT CASAS CHAVEZ',
  fiscalRegime: '612',
  postalCode: '36257',
  cfdiUse: 'G03',
  email: 'facturas@despacho.example',
};

export interface PlayDeps {
  stack: LocalStack;
  receiver: Receiver;
  terminal: Terminal;
  outDir: string;
}

export async function play({ stack, receiver, terminal, outDir }: PlayDeps): Promise<DemoResult> {
  const client = new CfdiLive({ apiKey: stack.keys.test, baseUrl: stack.apiUrl });
  const endpoint = await client.webhookEndpoints.create({ url: receiver.url });
  receiver.expect(endpoint.secret ?? '');
  try {
    return await playTask({ client, stack, receiver, terminal, outDir });
  } finally {
    // The receiver ends with the demo; its endpoint should not be tried for days.
    await client.webhookEndpoints.delete(endpoint.id);
  }
}

async function playTask(deps: PlayDeps & { client: CfdiLive }): Promise<DemoResult> {
  const { client, stack, terminal } = deps;
  const portal = stack.gallery.portals.find(({ id }) => id === PORTAL);
  if (portal === undefined) throw new Error(`the gallery has no portal ${PORTAL}`);
  // Any number is a ticket; a random one was not invoiced by an earlier demo.
  const ticket = makeTicket(PORTAL, randomInt(1, 1_000_000));

  terminal.title(`A ticket of ${portal.name}, $${ticket.expectedTotal.toFixed(2)}`);
  const started = performance.now();
  const created = await client.tasks.create({
    vendorUrl: portal.url,
    ticketData: ticket.ticketData,
    profile: PROFILE,
  });
  terminal.step('API', `POST /v1/tasks → 201 ${created.id}`, performance.now() - started);
  let sseEvents = 0;
  const task = await client.tasks.waitFor(created.id, {
    waitMs: 240_000,
    onEvent: (event) => {
      sseEvents += 1;
      tell(terminal, event);
    },
  });
  const msToProof = Math.round(performance.now() - started);
  const webhookVerified = await deps.receiver.waitFor(terminalEvent(task), task.id, 30_000);
  terminal.step(
    'webhook',
    webhookVerified ? `${terminalEvent(task)}, signature verified` : 'did not arrive',
    null,
  );
  const steps = await all(client.tasks.steps(task.id));
  const files = await saveFiles(client, task, deps.outDir);
  return {
    status: task.status,
    uuid: task.cfdi?.uuid ?? null,
    total: task.cfdi?.total ?? null,
    receptorRfc: task.cfdi?.receptorRfc ?? null,
    planner: Array.from(
      new Set(steps.map((step) => step.planner).filter((name) => name !== 'platform')),
    ).join('+'),
    tokens: steps.reduce((sum, step) => sum + step.tokens, 0),
    steps: steps.length,
    msToProof,
    webhookVerified,
    sseEvents,
    ...files,
    ledgerIssued: stack.gallery.ledger.issued(PORTAL, ticket.key).length,
  };
}

function terminalEvent(task: Task): 'task.completed' | 'task.failed' | 'task.cancelled' {
  if (task.status === 'COMPLETED') return 'task.completed';
  return task.status === 'CANCELLED' ? 'task.cancelled' : 'task.failed';
}

function tell(terminal: Terminal, event: Event): void {
  if (event.type === 'task.step')
    terminal.step(event.data.planner, event.data.summary, event.data.durationMs);
  else terminal.step('event', event.type, null);
}

async function all(steps: AsyncIterable<Step>): Promise<Step[]> {
  const collected: Step[] = [];
  for await (const step of steps) collected.push(step);
  return collected;
}

async function saveFiles(
  client: CfdiLive,
  task: Task,
  outDir: string,
): Promise<Pick<DemoResult, 'xmlPath' | 'pdfPath'>> {
  const { cfdi } = task;
  if (cfdi === null) return { xmlPath: null, pdfPath: null };
  await mkdir(outDir, { recursive: true });
  const save = async (artifactId: string | null, ending: string) => {
    if (artifactId === null) return null;
    const file = path.join(outDir, `${cfdi.uuid}.${ending}`);
    await writeFile(file, await client.artifacts.download(artifactId));
    return file;
  };
  return { xmlPath: await save(cfdi.xmlArtifactId, 'xml'), pdfPath: await save(cfdi.pdfArtifactId, 'pdf') };
}
