/** The mail server over the database: whose an address is, and how a mail is kept. */
import type { Database } from '@cfdi-live/domain';
import type { Queue } from '@cfdi-live/queue';
import type { Logger } from 'pino';
import { addMail } from '../jobs/inbox.ts';
import { errorName } from '../run/run-task.ts';
import { startMailServer, type MailServer, type MailServerOptions } from './mail-server.ts';

export async function startReception(
  deps: { database: Database; queue: Queue; log: Logger },
  where: Pick<MailServerOptions, 'port' | 'host' | 'domain' | 'tls'>,
): Promise<MailServer> {
  const { database, queue, log } = deps;
  return startMailServer({
    ...where,
    log,
    findMailbox: (token) => database.system.findMailbox(token),
    async keep(mailbox, mail) {
      const outcome = await database.withTenant(mailbox, (tx) => tx.inbox.receiveMail(mail));
      // It is committed: a queue that is away costs a second, and no mail.
      if (outcome === 'received') {
        addMail(queue, mail.id).catch((error: unknown) =>
          log.warn({ action: 'mail.not_queued', err: errorName(error) }, 'the sweep will find it'),
        );
      }
      return outcome;
    },
  });
}
