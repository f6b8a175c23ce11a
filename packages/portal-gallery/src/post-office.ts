/** The mail of portals that deliver by it: real SMTP, now or later, until somebody takes it. */
import { createTransport, type SendMailOptions } from 'nodemailer';
import type { Clock } from './clock.ts';

export type PortalMail = {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html?: string;
  readonly attachments?: readonly { readonly filename: string; readonly content: Buffer }[];
};

/** A mail, as tests may ask about it. */
export type PostedMail = PortalMail & { readonly sendAt: Date; readonly isSent: boolean };

export type PostOffice = {
  /** Takes a mail; it leaves at its time, and is sent again until it is taken. */
  post(mail: PortalMail, options?: { afterMs?: number }): void;
  /** Everything that was ever posted, in its order. */
  posted(): readonly PostedMail[];
  close(): void;
};

const EVERY_MS = 100;

/** `smtpPort`: of a server on this machine, asked before each attempt; null: there is none now. */
export function createPostOffice(options: { smtpPort: () => number | null; now: Clock }): PostOffice {
  const mails: { mail: PortalMail; sendAt: Date; isSent: boolean }[] = [];
  let busy = false;
  const deliver = async (): Promise<void> => {
    const port = options.smtpPort();
    const due = mails.filter(({ isSent, sendAt }) => !isSent && sendAt <= options.now());
    if (busy || port === null || due.length === 0) return;
    busy = true;
    const transport = createTransport({ host: '127.0.0.1', port, ignoreTLS: true });
    for (const item of due) {
      // What is not taken now waits for the next round, as at any sender.
      item.isSent = await transport.sendMail(toMessage(item.mail)).then(
        () => true,
        () => false,
      );
    }
    transport.close();
    busy = false;
  };
  const timer = setInterval(() => void deliver(), EVERY_MS);
  return {
    post: (mail, { afterMs = 0 } = {}) =>
      void mails.push({ mail, sendAt: new Date(options.now().getTime() + afterMs), isSent: false }),
    posted: () => mails.map(({ mail, sendAt, isSent }) => ({ ...mail, sendAt, isSent })),
    close: () => clearInterval(timer),
  };
}

function toMessage({ attachments = [], ...mail }: PortalMail): SendMailOptions {
  return { from: 'Librerías El Faro <facturas@elfaro.example>', ...mail, attachments: [...attachments] };
}
