import { createHash } from 'node:crypto';
import type { Mode, TaskCfdi } from '@cfdi-live/contract';
import type {
  InboundRow,
  InboundVia,
  InboxStore,
  InboxSystemStore,
  NewMail,
  TenantScope,
} from '@cfdi-live/domain';
import type { Cell } from '../crypto/tenant-keys.ts';
import { hashMailboxToken, mailboxToken } from '../mailbox-token.ts';
import type { Sql } from '../pool.ts';
import type { TenantContext } from '../tenant-context.ts';
import { taskCell, ticketColumnsOf, ticketOf, toTask, type TaskRecord } from './task-record.ts';

/** What one address holds at most, of everything that ever came: a stranger who learns it can fill no more. */
const MOST_MAILS = 100;
const MOST_BYTES = 100 * 1024 * 1024;

interface InboundRecord {
  id: string;
  task_id: string;
  via: InboundVia;
  size: number;
  received_at: Date;
}

function contentCell(rowId: string): Cell {
  return { table: 'inbound_mails', column: 'content', rowId };
}

function toInbound(record: InboundRecord): InboundRow {
  const { id, task_id, via, size, received_at } = record;
  return { id, taskId: task_id, via, size, receivedAt: received_at };
}

const COLUMNS = 'id, task_id, via, size, received_at';

export function createInboxStore(context: TenantContext): InboxStore {
  const { sql, keys } = context;
  return {
    async openMailbox(taskId) {
      const token = mailboxToken(keys, taskId);
      await sql.query(
        `update public.automation_tasks set mailbox_hash = $2
          where id = $1 and mailbox_hash is distinct from $2`,
        [taskId, hashMailboxToken(token)],
      );
      return token;
    },
    receiveMail: (mail) => receiveMail(context, mail),
    receiveUpload: (upload) => receiveUpload(context, upload),
    async listWaiting(taskId) {
      const records = await sql.query<InboundRecord>(
        `select ${COLUMNS} from public.inbound_mails where task_id = $1 and state = 'received' order by id`,
        [taskId],
      );
      return records.map(toInbound);
    },
    async content(id) {
      const [record] = await sql.query<{ content: Buffer }>(
        'select content from public.inbound_mails where id = $1',
        [id],
      );
      return record === undefined ? null : keys.open(contentCell(id), record.content);
    },
    hold: (taskId) => hold(context, taskId),
    deliver: (taskId, cfdi) => deliver(context, taskId, cfdi),
    async addLatePdf({ taskId, pdfArtifactId, cfdi }) {
      await sql.query(
        `update public.cfdi_documents set pdf_artifact_id = $2 where uuid = $1 and accepted and pdf_artifact_id is null`,
        [cfdi.uuid.toUpperCase(), pdfArtifactId],
      );
      await sql.query(`update public.automation_tasks set cfdi = $2 where id = $1 and status = 'COMPLETED'`, [
        taskId,
        keys.sealJson(taskCell(taskId, 'cfdi'), cfdi),
      ]);
    },
    async settle(ids, state) {
      await sql.query(
        `update public.inbound_mails set state = $2::public.mail_state, look_at = null, settled_at = app.now()
          where id = any ($1) and state = 'received'`,
        [ids, state],
      );
    },
    async lookAgain(ids, at) {
      await sql.query(
        `update public.inbound_mails set look_at = $2 where id = any ($1) and state = 'received'`,
        [ids, at],
      );
    },
  };
}

async function receiveUpload(
  { sql, keys }: TenantContext,
  { id, taskId, content }: { id: string; taskId: string; content: Uint8Array },
): Promise<InboundRow> {
  const digest = createHash('sha256').update(content).digest('hex');
  const [record] = await sql.query<InboundRecord>(
    `insert into public.inbound_mails as m (id, task_id, via, body_hash, content, size)
       values ($1, $2, 'upload', $3, $4, $5)
       on conflict (tenant_id, task_id, body_hash) where via = 'upload' do update set
         state = case when m.state = 'matched' then m.state else 'received' end,
         look_at = case when m.state = 'matched' then null else app.now() end,
         settled_at = case when m.state = 'matched' then m.settled_at end
       returning ${COLUMNS}`,
    [id, taskId, keys.index('mail', digest), keys.seal(contentCell(id), content), content.length],
  );
  if (record === undefined) throw new Error('the upload was not kept');
  return toInbound(record);
}

async function receiveMail(
  { sql, keys }: TenantContext,
  { id, taskId, token, messageId, body, content }: NewMail,
): ReturnType<InboxStore['receiveMail']> {
  const digest = createHash('sha256').update(body).digest('hex');
  const [result] = await sql.query<{ outcome: 'received' | 'repeated' | 'full' }>(
    'select app.receive_mail($1, $2, $3, $4, $5, $6, $7, $8, $9) as outcome',
    [
      id,
      taskId,
      hashMailboxToken(token),
      keys.index('mail', messageId),
      keys.index('mail', digest),
      keys.seal(contentCell(id), content),
      content.length,
      MOST_MAILS,
      MOST_BYTES,
    ],
  );
  if (result === undefined) throw new Error('receive_mail answered nothing');
  return result.outcome;
}

const HOLD = `select (h.task).*, ${ticketColumnsOf('h')} from app.hold_for_delivery($1) h`;

async function hold({ sql, keys }: TenantContext, taskId: string): ReturnType<InboxStore['hold']> {
  const [record] = await sql.query<TaskRecord>(HOLD, [taskId]);
  return record === undefined ? null : { task: toTask(keys, record), ticket: ticketOf(record) };
}

async function deliver({ sql, keys, emit }: TenantContext, taskId: string, cfdi: TaskCfdi): Promise<boolean> {
  const [result] = await sql.query<{ completed: boolean }>(
    'select app.deliver_invoice($1, $2, $3) as completed',
    [taskId, cfdi.uuid, keys.sealJson(taskCell(taskId, 'cfdi'), cfdi)],
  );
  if (result?.completed !== true) return false;
  const { uuid, total, emisorRfc, emisorName } = cfdi;
  emit({
    type: 'task.completed',
    taskId,
    data: { status: 'COMPLETED', cfdi: { uuid, total, emisorRfc, emisorName } },
  });
  return true;
}

interface MailboxRecord {
  tenant_id: string;
  mode: Mode;
  task_id: string;
}

function toMailbox(record: MailboxRecord | undefined): (TenantScope & { taskId: string }) | null {
  return record === undefined
    ? null
    : { tenantId: record.tenant_id, mode: record.mode, taskId: record.task_id };
}

export function createInboxSystemStore({ sql }: { sql: Sql }): InboxSystemStore {
  return {
    async findMailbox(token) {
      const [record] = await sql.query<MailboxRecord>('select * from app.find_mailbox($1)', [
        hashMailboxToken(token),
      ]);
      return toMailbox(record);
    },
    async listDueMails({ limit }) {
      const records = await sql.query<{ mail_id: string }>('select * from app.list_due_mails($1)', [limit]);
      return records.map((record) => record.mail_id);
    },
    async claimMails({ mailId, lockMs }) {
      const [record] = await sql.query<MailboxRecord>(
        `select * from app.claim_mails($1, $2::float8 * interval '1 millisecond')`,
        [mailId, lockMs],
      );
      return toMailbox(record);
    },
    async askPortals({ maxQueued }) {
      const records = await sql.query<{ task_id: string; next_fence: number }>(
        'select * from app.ask_portals($1)',
        [maxQueued],
      );
      return records.map((record) => ({ taskId: record.task_id, nextFence: record.next_fence }));
    },
  };
}
