/** Documents that an integrator got elsewhere. They are kept, and proven like any other by a worker. */
import { newUuid } from '@cfdi-live/contract';
import { classify } from '../content-kind.ts';
import type { InboundRow } from '../ports-inbox.ts';
import type { Database } from '../ports-system.ts';
import { actorOf, type Principal } from '../principal.ts';

export type ReceiveUploadOutcome =
  | { kind: 'received'; upload: InboundRow }
  | { kind: 'not_found' }
  /** It is no XML, PDF or ZIP, whatever it is called. */
  | { kind: 'unknown_content' }
  /** The task has its invoice. */
  | { kind: 'completed' }
  /** Whom the task was made for was erased: nothing can be compared with them. */
  | { kind: 'erased' };

/** Takes a file for a task that has no invoice yet, ended or not. The same file again is the same upload. */
export async function receiveUpload(
  { database }: { database: Database },
  principal: Principal,
  taskId: string,
  content: Uint8Array,
): Promise<ReceiveUploadOutcome> {
  return database.withTenant(principal, async (tx): Promise<ReceiveUploadOutcome> => {
    const task = await tx.tasks.get(taskId);
    if (task === null) return { kind: 'not_found' };
    if (!['xml', 'pdf', 'zip'].includes(classify(content))) return { kind: 'unknown_content' };
    if (task.status === 'COMPLETED') return { kind: 'completed' };
    if (task.erasedAt !== null) return { kind: 'erased' };
    const upload = await tx.inbox.receiveUpload({ id: newUuid(), taskId, content });
    await tx.audit.add({
      actor: actorOf(principal),
      action: 'task.document_uploaded',
      subject: { type: 'task', id: taskId },
      details: { upload: upload.id, size: upload.size },
    });
    return { kind: 'received', upload };
  });
}
