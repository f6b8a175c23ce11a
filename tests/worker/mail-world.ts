/** The way of a mail without a browser: a real SMTP server over a real database, real CFDIs, and the look at what came. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { verifyCfdi, type SatReply } from '@cfdi-live/cfdi';
import { checkPdf, loadTrust } from '@cfdi-live/cfdi/node';
import { failure } from '@cfdi-live/contract';
import { createArtifactVault } from '@cfdi-live/db';
import type { ArtifactRow, RunEnd, TaskRow, TenantScope, TicketRow } from '@cfdi-live/domain';
import { createTestPki, issueCfdi, renderPdf, type TestPki } from '@cfdi-live/portal-gallery/issuer';
import {
  lookAtMails,
  mailboxAddress,
  startReception,
  type LookDeps,
  type MailServer,
} from '@cfdi-live/worker';
import { createTransport, type SendMailOptions } from 'nodemailer';
import { pino } from 'pino';
import { asSuperuser, claimed, created, PROFILE, type Fixture } from '../db/support.ts';
import { storageInMemory } from '../helpers/storage.ts';

export const DOMAIN = 'inbox.example.test';
export const EMISOR = { rfc: 'EKU9003173C9', name: 'ESCUELA KEMPER URGATE', regime: '601' };
const RECEPTOR = {
  rfc: PROFILE.rfc,
  name: PROFILE.fullName,
  postalCode: PROFILE.postalCode,
  regime: PROFILE.fiscalRegime,
  use: PROFILE.cfdiUse,
};
const STRANGER = { ...RECEPTOR, rfc: 'MAPR880719LE5', name: 'RAMIRO MARTINEZ PEÑA' };

export interface Invoice {
  uuid: string;
  xml: Buffer;
  pdf: Buffer;
}

export interface MailWorld {
  server: MailServer;
  /** Ids of mails that were put on the queue. */
  queued: string[];
  /** A task that waits for a mail, unless told otherwise, and its address. */
  waiting(end?: RunEnd, vendorUrl?: string): Promise<{ task: TaskRow; address: string }>;
  /** An invoice of the tasks made here: `to: 'stranger'` for another RFC, `by: 'forger'` for a seal that nobody trusts. */
  invoice(options?: { to?: 'stranger'; by?: 'forger'; total?: string }): Promise<Invoice>;
  send(mail: SendMailOptions): Promise<string>;
  /** Looks at what came for this task, as the worker's job does. */
  look(taskId: string): Promise<void>;
  /** Where the clock of looks stands, in milliseconds from now. */
  shiftClock(ms: number): void;
  sat(reply: SatReply | null): void;
  now(taskId: string): Promise<{ task: TaskRow; ticket: TicketRow; files: ArtifactRow[]; mails: string[] }>;
  close(): Promise<void>;
}

export async function openMailWorld(fixture: Fixture, scopeOf: () => TenantScope): Promise<MailWorld> {
  const dir = await mkdtemp(path.join(tmpdir(), 'cfdi-live-mail-'));
  const [pki, forger] = [await createTestPki(), await createTestPki({ pacNumber: '30001000000400000099' })];
  const trust = await loadTrust(await pki.exportTrust(dir));
  const queued: string[] = [];
  const log = pino({ level: 'silent' });
  const queue = { add: async (_kind: string, { mailId }: { mailId: string }) => void queued.push(mailId) };
  const server = await startReception(
    { database: fixture.worker, queue: queue as never, log },
    { port: 0, host: '127.0.0.1', domain: DOMAIN, tls: null },
  );
  let shift = 0;
  let reply: SatReply | null = null;
  const register = async (): Promise<SatReply> => reply ?? { kind: 'unavailable', reason: 'timeout' };
  const deps: LookDeps = {
    database: fixture.worker,
    vault: createArtifactVault({ storage: storageInMemory(), tenantKeys: fixture.worker.tenantKeys }),
    prover: {
      verify: async (xml, expectation) => verifyCfdi(xml, expectation, trust),
      checkPdf,
      now: () => new Date(),
    },
    clock: { now: () => new Date(Date.now() + shift) },
    outbound: { allowedPrivateHosts: [], resolveHost: async () => ['127.0.0.1'] },
    sandboxHosts: [],
    satRegisters: { live: register, test: null },
    asksSat: () => false,
    log,
  };
  const transport = createTransport({ host: '127.0.0.1', port: server.port, ignoreTLS: true });

  return {
    server,
    queued,
    waiting: (end, vendorUrl) => waiting(fixture, scopeOf(), end, vendorUrl),
    invoice: ({ to, by, total = '1160.00' } = {}) =>
      issue(by === 'forger' ? forger : pki, to === 'stranger' ? STRANGER : RECEPTOR, total),
    async send(mail) {
      const sent = (await transport.sendMail({
        from: 'facturas@tienda.example',
        subject: 'CFDI',
        ...mail,
      })) as {
        response: string;
      };
      return sent.response;
    },
    look: (taskId) => lookAtMails(deps, scopeOf(), taskId),
    shiftClock: (ms) => void (shift = ms),
    sat: (next) => void (reply = next),
    now: (taskId) => stateOf(fixture, scopeOf(), taskId),
    async close() {
      transport.close();
      await server.close();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

const IN_THREE_DAYS = new Date(Date.now() + 72 * 3_600_000);

async function waiting(
  fixture: Fixture,
  scope: TenantScope,
  end: RunEnd = { on: 'await_delivery', reason: 'mail', until: IN_THREE_DAYS },
  vendorUrl = 'https://facturacion.tienda.com.mx/',
) {
  const made = await created(fixture.api, scope, {
    vendorUrl,
    ticket: { amount: 1160, date: yesterday(), folio: `M-${Math.random()}` },
  });
  const { run } = await claimed(fixture.worker, made.id);
  await fixture.worker.withTenant(scope, (tx) => tx.tasks.endRun(run, end));
  const token = await fixture.worker.withTenant(scope, (tx) => tx.inbox.openMailbox(made.id));
  return { task: made, address: mailboxAddress(token, DOMAIN) };
}

export const FAILED: RunEnd = { on: 'fail', failure: failure('outcome_unknown') };

async function issue(pki: TestPki, receptor: typeof RECEPTOR, total: string): Promise<Invoice> {
  const request = { emisor: EMISOR, receptor, total };
  const made = await issueCfdi(pki, request);
  return { uuid: made.uuid, xml: Buffer.from(made.xml), pdf: await renderPdf(made, request) };
}

async function stateOf(fixture: Fixture, scope: TenantScope, taskId: string) {
  const { task, ticket, files } = await fixture.worker.withTenant(scope, async (tx) => ({
    task: await tx.tasks.get(taskId),
    ticket: await tx.tickets.getForTask(taskId),
    files: (await tx.artifacts.list(taskId, { limit: 50 })).rows,
  }));
  if (task === null || ticket === null) throw new Error('the task is gone');
  const mails = await mailStates(fixture, taskId);
  return { task, ticket, files, mails };
}

async function mailStates({ test }: Fixture, taskId: string): Promise<string[]> {
  const rows = await asSuperuser<{ state: string }>(
    test,
    'select state::text as state from inbound_mails where task_id = $1 order by id',
    [taskId],
  );
  return rows.map(({ state }) => state);
}

function yesterday(): string {
  return new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);
}
