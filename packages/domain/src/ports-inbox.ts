/**
 * Documents that reach a task by another way than a run: a mail to the task's own address, a file that the integrator
 * hands over. They wait as rows until somebody has looked at what they prove.
 */
import type { TaskCfdi } from '@cfdi-live/contract';
import type { QueuedRef } from './ports-admission.ts';
import type { TaskRow, TicketRow } from './ports-rows.ts';
import type { TenantScope } from './principal.ts';

/** How it came. */
export type InboundVia = 'mail' | 'upload';

/** What came, without its bytes. */
export interface InboundRow {
  id: string;
  taskId: string;
  via: InboundVia;
  /** Bytes. */
  size: number;
  receivedAt: Date;
}

export interface NewMail {
  id: string;
  taskId: string;
  /** Of the address that it came to. */
  token: string;
  /** Empty where the mail names none. */
  messageId: string;
  /** What follows the header: a relay that sends again adds to the header only. */
  body: Uint8Array;
  /** The whole mail, as it came. */
  content: Uint8Array;
}

/** An invoice of a task that has ended, of which another picture for people came. */
export interface LatePdf {
  taskId: string;
  pdfArtifactId: string;
  /** The task's invoice, its picture named. */
  cfdi: TaskCfdi;
}

export interface InboxStore {
  /**
   * The secret part of a task's mail address, the same each time that it is asked for; mail to it is accepted from here on.
   * Only a hash of it is stored.
   */
  openMailbox(taskId: string): Promise<string>;
  /** `repeated`: we have it. `full`: the address holds as much as one may. */
  receiveMail(mail: NewMail): Promise<'received' | 'repeated' | 'full'>;
  /** The same file again is the same upload; one that proved nothing is looked at again. */
  receiveUpload(upload: { id: string; taskId: string; content: Uint8Array }): Promise<InboundRow>;
  /** What waits to be matched, the oldest first. */
  listWaiting(taskId: string): Promise<InboundRow[]>;
  /** Null: it is gone. */
  content(id: string): Promise<Uint8Array | null>;
  /** Task and ticket as they stand, nobody else's to change until the transaction ends. */
  hold(taskId: string): Promise<{ task: TaskRow; ticket: TicketRow } | null>;
  /**
   * The task's invoice is in our hands: its ticket is issued, and the task completed, with its event, if it still waits.
   * False: it had ended; a running task is not to be asked for.
   */
  deliver(taskId: string, cfdi: TaskCfdi): Promise<boolean>;
  addLatePdf(late: LatePdf): Promise<void>;
  /** `matched`: its document counts. `ignored`: it proves nothing for this task. */
  settle(ids: readonly string[], state: 'matched' | 'ignored'): Promise<void>;
  lookAgain(ids: readonly string[], at: Date): Promise<void>;
}

/** Over all tenants. */
export interface InboxSystemStore {
  /** Whose address this is. */
  findMailbox(token: string): Promise<(TenantScope & { taskId: string }) | null>;
  /** Mails to be looked at now, by ids; a mail stands for all that waits of its task. */
  listDueMails(input: { limit: number }): Promise<string[]>;
  /** The task whose mails are this worker's to look at until the lock passes. Null: nothing is due, or somebody looks. */
  claimMails(input: { mailId: string; lockMs: number }): Promise<(TenantScope & { taskId: string }) | null>;
  /** Tasks that have waited long enough for their document go to the queue, to ask the portal for it. */
  askPortals(input: { maxQueued: number }): Promise<QueuedRef[]>;
}
