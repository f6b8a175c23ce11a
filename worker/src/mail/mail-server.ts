/**
 * Mail comes in here: an SMTP server for the addresses of tasks, and for nothing else. It relays nothing, knows no users, and
 * says 250 only after a mail is committed; where that cannot be done, the sender is asked to come again (451).
 * Whoever talks to it is a stranger: size, recipients, connections, time and memory have limits.
 */
import type { AddressInfo, Socket } from 'node:net';
import { newUuid } from '@cfdi-live/contract';
import type { NewMail, TenantScope } from '@cfdi-live/domain';
import type { Logger } from 'pino';
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server';
import { errorName } from '../run/run-task.ts';
import { tokenOf } from './address.ts';
import { createBoundedReader } from './bounded-reader.ts';
import { watchConnections, type Connections } from './connections.ts';
import { splitMail } from './raw-mail.ts';

/** Whose an address is. */
export type Mailbox = TenantScope & { taskId: string };

export interface MailServerOptions {
  /** 0: any free one. */
  port: number;
  host: string;
  /** Of the addresses; mail to any other is refused. */
  domain: string;
  /** PEM, for STARTTLS; null: it is not offered. */
  tls: { key: string; cert: string } | null;
  findMailbox(token: string): Promise<Mailbox | null>;
  /** Commits a mail. Rejects where it cannot be kept now. */
  keep(mailbox: Mailbox, mail: NewMail): Promise<'received' | 'repeated' | 'full'>;
  log: Logger;
  limits?: Partial<MailLimits>;
}

export interface MailLimits {
  /** Of one mail. */
  maxBytes: number;
  /** Of all mails that are on their way in. */
  maxBytesAtOnce: number;
  maxRecipients: number;
  /** Recipients that nobody is, before the sender is hung up on. */
  maxUnknown: number;
  maxConnections: number;
  /** Without a word. */
  idleMs: number;
  /** Of a whole connection, however busy. */
  connectionMs: number;
}

export const MAIL_LIMITS: MailLimits = {
  maxBytes: 10 * 1024 * 1024,
  maxBytesAtOnce: 64 * 1024 * 1024,
  maxRecipients: 5,
  maxUnknown: 20,
  maxConnections: 100,
  idleMs: 60_000,
  connectionMs: 600_000,
};

export interface MailServer {
  port: number;
  /** Takes no further connection; what is under way has a few seconds. */
  close(): Promise<void>;
}

/** Rejects where it cannot listen. */
export async function startMailServer(options: MailServerOptions): Promise<MailServer> {
  const limits = { ...MAIL_LIMITS, ...options.limits };
  const connections = watchConnections(limits.connectionMs);
  const reception = createReception(options, limits, connections);
  const server = new SMTPServer({
    banner: 'mail for tasks only',
    name: options.domain,
    size: limits.maxBytes,
    rejectOversized: true,
    maxClients: limits.maxConnections,
    maxRecipients: limits.maxRecipients,
    maxCommandLength: 4 * 1024,
    socketTimeout: limits.idleMs,
    closeTimeout: 5_000,
    disabledCommands: ['AUTH', ...(options.tls === null ? ['STARTTLS'] : [])],
    disableReverseLookup: true,
    logger: false,
    ...options.tls,
    onRcptTo: ({ address }, session, done) => {
      reception.recipient(address, session).then(() => done(), done);
    },
    onData: (stream, session, done) => {
      reception.data(stream, session).then(() => done(), done);
    },
    onClose: (session) => reception.forget(session),
  });
  // Handshakes that fail and senders that hang up are the sender's affair.
  server.on('error', (error) =>
    options.log.debug({ action: 'mail.connection', err: errorName(error) }, 'lost'),
  );
  server.server.on('connection', (socket: Socket) => connections.watch(socket));
  await new Promise<void>((resolve, reject) => {
    server.server.once('error', reject);
    server.listen(options.port, options.host, () => {
      server.server.off('error', reject);
      resolve();
    });
  });
  const { port } = server.server.address() as AddressInfo;
  return { port, close: () => new Promise((resolve) => server.close(() => resolve())) };
}

/** What a connection has named so far. */
interface Envelope {
  /** By address, lower case. */
  mailboxes: Map<string, { mailbox: Mailbox; token: string }>;
  unknown: number;
}

interface Reception {
  recipient(address: string, session: SMTPServerSession): Promise<void>;
  data(stream: SMTPServerDataStream, session: SMTPServerSession): Promise<void>;
  forget(session: SMTPServerSession): void;
}

function createReception(
  options: MailServerOptions,
  limits: MailLimits,
  connections: Connections,
): Reception {
  const envelopes = new Map<string, Envelope>();
  const reader = createBoundedReader(limits);
  const envelopeOf = ({ id }: SMTPServerSession): Envelope => {
    const known = envelopes.get(id) ?? { mailboxes: new Map(), unknown: 0 };
    envelopes.set(id, known);
    return known;
  };
  return {
    async recipient(address, session) {
      const envelope = envelopeOf(session);
      const token = tokenOf(address, options.domain);
      const mailbox = token === null ? null : await find(options, token);
      if (token === null || mailbox === null) {
        envelope.unknown += 1;
        throw envelope.unknown > limits.maxUnknown
          ? refusal(421, 'too many unknown recipients')
          : refusal(550, token === null ? 'no mail for this address here' : 'no such mailbox');
      }
      envelope.mailboxes.set(address.toLowerCase(), { mailbox, token });
    },
    async data(stream, session) {
      const read = await reader.read(stream, () => connections.hangUp(session));
      if (read.kind === 'too_large') throw refusal(552, 'the mail is too large');
      if (read.kind === 'crowded') throw refusal(451, 'busy, come again');
      const { mailboxes } = envelopeOf(session);
      let kept = 0;
      for (const address of new Set(session.envelope.rcptTo.map((to) => to.address.toLowerCase()))) {
        const to = mailboxes.get(address);
        if (to !== undefined && (await keep(options, to, read.content)) !== 'full') kept += 1;
      }
      if (kept === 0) throw refusal(552, 'the mailbox is full');
    },
    forget: ({ id }) => void envelopes.delete(id),
  };
}

async function find({ findMailbox, log }: MailServerOptions, token: string): Promise<Mailbox | null> {
  try {
    return await findMailbox(token);
  } catch (error) {
    log.warn({ action: 'mail.not_found', err: errorName(error) }, 'addresses cannot be looked up now');
    throw refusal(451, 'try again later');
  }
}

async function keep(
  options: MailServerOptions,
  { mailbox, token }: { mailbox: Mailbox; token: string },
  content: Uint8Array,
): Promise<'received' | 'repeated' | 'full'> {
  const { tenantId, taskId } = mailbox;
  const about = { tenant: tenantId, task: taskId, bytes: content.length };
  try {
    const mail = { id: newUuid(), taskId, token, ...splitMail(content), content };
    const outcome = await options.keep(mailbox, mail);
    options.log.info({ action: 'mail', ...about, outcome }, 'a mail came');
    return outcome;
  } catch (error) {
    options.log.warn({ action: 'mail.not_kept', ...about, err: errorName(error) }, 'kept nowhere now');
    throw refusal(451, 'try again later');
  }
}

/** An answer of SMTP that is no success. */
function refusal(responseCode: number, words: string): Error {
  return Object.assign(new Error(words), { responseCode });
}
