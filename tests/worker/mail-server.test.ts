/** Senders that mean no good, at a real port: what each is told, and that the next honest one is served. */
import { connect, type Socket } from 'node:net';
import { once } from 'node:events';
import type { NewMail } from '@cfdi-live/domain';
import { startMailServer, type MailServer, type MailServerOptions } from '@cfdi-live/worker';
import { createTransport } from 'nodemailer';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';

const DOMAIN = 'inbox.example.test';
const TOKEN = 'a'.repeat(24);
const ADDRESS = `t-${TOKEN}@${DOMAIN}`;
const MAILBOX = { tenantId: 'tenant', mode: 'test', taskId: 'task' } as const;
const MAX_BYTES = 100_000;

let server: MailServer;
let kept: NewMail[];
let answers: Partial<Pick<MailServerOptions, 'findMailbox' | 'keep'>>;
const sockets: Socket[] = [];

beforeEach(async () => {
  kept = [];
  answers = {};
  server = await startMailServer({
    port: 0,
    host: '127.0.0.1',
    domain: DOMAIN,
    tls: null,
    findMailbox: (token) => answers.findMailbox?.(token) ?? Promise.resolve(token === TOKEN ? MAILBOX : null),
    async keep(mailbox, mail) {
      if (answers.keep !== undefined) return answers.keep(mailbox, mail);
      kept.push(mail);
      return 'received';
    },
    log: pino({ level: 'silent' }),
    limits: { maxBytes: MAX_BYTES, maxUnknown: 3, maxConnections: 5, idleMs: 400, connectionMs: 1_500 },
  });
});
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await server.close();
});

/** A conversation by hand. `say` sends a line and tells the answer. */
async function dial() {
  const socket = connect(server.port, '127.0.0.1');
  sockets.push(socket);
  socket.on('error', () => undefined);
  const lines: string[] = [];
  let rest = '';
  socket.on('data', (chunk: Buffer) => {
    rest += chunk.toString('latin1');
    const parts = rest.split('\r\n');
    rest = parts.pop() ?? '';
    // Of an answer of several lines the last counts.
    lines.push(...parts.filter((line) => /^\d{3} /.test(line)));
  });
  const answer = () => vi.waitFor(() => lines.shift() ?? Promise.reject(new Error('no answer')), 3_000);
  const say = (text: string) => {
    socket.write(`${text}\r\n`, 'latin1');
    return answer();
  };
  await answer();
  await say('EHLO sender.example');
  return { socket, say, answer };
}

/** However it ends. */
function closing(socket: Socket): Promise<void> {
  return new Promise((resolve) => socket.once('close', () => resolve()));
}

async function honest(): Promise<string> {
  const transport = createTransport({ host: '127.0.0.1', port: server.port, ignoreTLS: true });
  const sent = (await transport.sendMail({ from: 'a@b.mx', to: ADDRESS, text: 'Hola' })) as {
    response: string;
  };
  return sent.response;
}

it('takes mail for an address of a task, in any case of letters, whole and as it came', async () => {
  const { say } = await dial();
  await say('MAIL FROM:<>');
  expect(await say(`RCPT TO:<${ADDRESS.toUpperCase()}>`)).toMatch(/^250/);
  await say('DATA');
  expect(await say('Message-ID:\r\n <1@x>\r\nSubject: \xd1\0\r\n\r\n..punto\r\n.')).toMatch(/^250/);
  expect(kept).toMatchObject([{ taskId: 'task', token: TOKEN, messageId: '<1@x>' }]);
  expect(Buffer.from(kept[0]!.body).toString()).toBe('.punto\r\n');
  expect(Buffer.from(kept[0]!.content).includes('\0')).toBe(true);
});

it('relays nothing, knows no users, and hangs up on who guesses addresses', async () => {
  const { say, socket } = await dial();
  expect(await say('AUTH PLAIN AGEAYg==')).toMatch(/^50\d/);
  await say('MAIL FROM:<a@b.mx>');
  expect(await say('RCPT TO:<somebody@elsewhere.example>')).toMatch(/^550/);
  expect(await say(`RCPT TO:<t-${'b'.repeat(24)}@${DOMAIN}>`)).toMatch(/^550/);
  expect(await say(`RCPT TO:<t-${TOKEN}@evil.${DOMAIN}>`)).toMatch(/^550/);
  const closed = closing(socket);
  expect(await say(`RCPT TO:<postmaster@${DOMAIN}>`)).toMatch(/^421/);
  await closed;
});

it('asks to come again where the database is away, at the address and at the mail', async () => {
  answers = { findMailbox: () => Promise.reject(new Error('away')) };
  const first = await dial();
  await first.say('MAIL FROM:<a@b.mx>');
  expect(await first.say(`RCPT TO:<${ADDRESS}>`)).toMatch(/^451/);
  answers = { keep: () => Promise.reject(new Error('away')) };
  await expect(honest()).rejects.toMatchObject({ responseCode: 451 });
  answers = {};
  expect(await honest()).toMatch(/^250/);
});

it('refuses what does not fit, into the mailbox or at all', async () => {
  answers = { keep: () => Promise.resolve('full') };
  await expect(honest()).rejects.toMatchObject({ responseCode: 552 });
  const { say } = await dial();
  expect(await say(`MAIL FROM:<a@b.mx> SIZE=${MAX_BYTES + 1}`)).toMatch(/^552/);
  await say('MAIL FROM:<a@b.mx>');
  await say(`RCPT TO:<${ADDRESS}>`);
  await say('DATA');
  expect(await say(`${'x'.repeat(MAX_BYTES)}\r\n.`)).toMatch(/^552/);
  expect(kept).toEqual([]);
});

it('hangs up on a mail that never ends, and keeps nothing of it', async () => {
  const { say, socket } = await dial();
  await say('MAIL FROM:<a@b.mx>');
  await say(`RCPT TO:<${ADDRESS}>`);
  await say('DATA');
  const closed = closing(socket);
  const line = `${'y'.repeat(990)}\r\n`.repeat(50);
  const writing = setInterval(() => socket.write(line), 1);
  await closed;
  clearInterval(writing);
  expect(kept).toEqual([]);
  expect(await honest()).toMatch(/^250/);
});

it('takes five recipients of a mail, and no thousand', async () => {
  const { say } = await dial();
  await say('MAIL FROM:<a@b.mx>');
  answers = { findMailbox: () => Promise.resolve(MAILBOX) };
  const told: string[] = [];
  for (let n = 0; n < 8; n += 1)
    told.push(await say(`RCPT TO:<t-${String.fromCodePoint(97 + n).repeat(24)}@${DOMAIN}>`));
  expect(told.filter((answer) => answer.startsWith('250'))).toHaveLength(5);
  expect(told.at(-1)).toMatch(/^452/);
});

it('waits neither for a sender who says nothing, nor for one who says a letter at a time', async () => {
  const silent = await dial();
  const started = performance.now();
  await closing(silent.socket);
  expect(performance.now() - started).toBeLessThan(3_000);
  const slow = await dial();
  const dripping = setInterval(() => slow.socket.write('N'), 100);
  await closing(slow.socket);
  clearInterval(dripping);
  expect(await honest()).toMatch(/^250/);
});

it('serves so many at once, and says so to the others', async () => {
  await Promise.all(Array.from({ length: 5 }, () => dial()));
  const sixth = connect(server.port, '127.0.0.1');
  sockets.push(sixth);
  const [chunk] = (await once(sixth, 'data')) as [Buffer];
  expect(chunk.toString()).toMatch(/^421/);
});

it('stops: what is under way is ended, and nobody is served any more', async () => {
  await dial();
  const { port } = server;
  await server.close();
  const late = connect(port, '127.0.0.1');
  await expect(once(late, 'connect')).rejects.toThrow(/ECONNREFUSED/);
}, 15_000);
