import { randomUUID } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, readFileSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from './clock.ts';
import type { PortalId } from './sale.ts';

/** One "invoice this" request that reached a portal's server, whatever became of it. */
export type Submit = {
  readonly id: string;
  readonly portal: PortalId;
  /** The vendor's key of the sale (`makeTicket(…).key`), or what was typed where no sale has these values. */
  readonly ticket: string;
  readonly rfc: string;
  /** ISO 8601, UTC. */
  readonly at: string;
  /** `pending` while the invoice is being made. */
  readonly outcome: 'pending' | 'issued' | 'refused';
  /** Why it was refused, e.g. `not_found`. */
  readonly reason?: string;
  /** The consent boxes that were ticked, by the portal's own names, where the portal has any. */
  readonly consents?: readonly string[];
  /** The customer's account that asked, where the portal has accounts. */
  readonly account?: string;
};

/** One CFDI that exists. Two rows of one portal and ticket mean that the sale was invoiced twice. */
export type Issued = {
  readonly submitId: string;
  readonly portal: PortalId;
  readonly ticket: string;
  /** Upper case. */
  readonly uuid: string;
  /** The RFC that asked for it. */
  readonly rfc: string;
  /** The RFC in the document; differs from `rfc` only for `wrong_receptor` tickets. */
  readonly receptorRfc: string;
  /** Pesos, as in the document. */
  readonly total: number;
  readonly serie: string;
  readonly folio: string;
  /** ISO 8601, UTC. */
  readonly at: string;
};

/** What the gallery did, for tests to ask. Both lists are in the order of happening. */
export type Ledger = {
  submits(portal?: PortalId, ticket?: string): readonly Submit[];
  issued(portal?: PortalId, ticket?: string): readonly Issued[];
};

/** The writing side, for the portals. Every entry is on disk (if there is a file) before the call returns. */
export type LedgerBook = Ledger & {
  receive(submit: Pick<Submit, 'portal' | 'ticket' | 'rfc' | 'consents' | 'account'>): Submit;
  refuse(submit: Submit, reason: string): void;
  issue(submit: Submit, invoice: Omit<Issued, 'submitId' | 'portal' | 'ticket' | 'rfc' | 'at'>): Issued;
};

type Entry =
  | { readonly type: 'submit'; readonly row: Submit }
  | { readonly type: 'refused'; readonly submitId: string; readonly reason: string }
  | { readonly type: 'issued'; readonly row: Issued };

/** Opens the ledger: in memory, or as `ledger.jsonl` in `dataDir`, whose earlier entries are read back. */
export function createLedger(options: { now: Clock; dataDir?: string | undefined }): LedgerBook {
  const submits = new Map<string, Submit>();
  const issued: Issued[] = [];
  const file = options.dataDir === undefined ? undefined : join(options.dataDir, 'ledger.jsonl');

  const apply = (entry: Entry): void => {
    if (entry.type === 'submit') submits.set(entry.row.id, entry.row);
    else if (entry.type === 'refused') settle(entry.submitId, { outcome: 'refused', reason: entry.reason });
    else {
      issued.push(entry.row);
      settle(entry.row.submitId, { outcome: 'issued' });
    }
  };
  const settle = (id: string, end: Pick<Submit, 'outcome' | 'reason'>): void => {
    const submit = submits.get(id);
    if (submit !== undefined) submits.set(id, { ...submit, ...end });
  };
  const write = (entry: Entry): void => {
    if (file !== undefined) appendFileSync(file, `${JSON.stringify(entry)}\n`);
    apply(entry);
  };

  if (options.dataDir !== undefined) mkdirSync(options.dataDir, { recursive: true });
  if (file !== undefined) for (const entry of readEntries(file)) apply(entry);

  return {
    submits: (portal, ticket) => [...submits.values()].filter(matching(portal, ticket)),
    issued: (portal, ticket) => issued.filter(matching(portal, ticket)),
    receive: (submit) => {
      const row: Submit = {
        ...submit,
        id: randomUUID(),
        at: options.now().toISOString(),
        outcome: 'pending',
      };
      write({ type: 'submit', row });
      return row;
    },
    refuse: ({ id }, reason) => write({ type: 'refused', submitId: id, reason }),
    issue: ({ id, portal, ticket, rfc }, invoice) => {
      const row = { submitId: id, portal, ticket, rfc, ...invoice, at: options.now().toISOString() };
      write({ type: 'issued', row });
      return row;
    },
  };
}

function matching(portal: PortalId | undefined, ticket: string | undefined) {
  return (row: Pick<Submit, 'portal' | 'ticket'>): boolean =>
    (portal === undefined || row.portal === portal) && (ticket === undefined || row.ticket === ticket);
}

function readEntries(file: string): Entry[] {
  if (!existsSync(file)) return [];
  const bytes = readFileSync(file);
  const whole = bytes.subarray(0, bytes.lastIndexOf('\n') + 1);
  // What follows the last line break is an entry that a killed process did not finish writing.
  if (whole.length < bytes.length) truncateSync(file, whole.length);
  const lines = whole.toString('utf8').split('\n').slice(0, -1);
  return lines.map((line) => JSON.parse(line) as Entry);
}
