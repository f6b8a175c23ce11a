import type { Receptor } from '@cfdi-live/cfdi';
import { type Clock, mexicanDate } from './clock.ts';
import type { Concept } from './issuer/draft-cfdi.ts';
import type { DocumentStore, InvoiceFiles } from './documents.ts';
import type { Issued, LedgerBook } from './ledger.ts';
import type { Cents } from './money.ts';
import { type Outcome, type PortalId, type Sale, outcomeOf, ticketKey, totalOf } from './sale.ts';

/** The company that a portal issues for. */
export type Emisor = {
  readonly rfc: string;
  /** Upper case, without the company type. */
  readonly name: string;
  readonly regime: string;
  readonly postalCode: string;
};

/** Everything that an invoice is made of. */
export type InvoiceOrder = {
  readonly emisor: Emisor;
  readonly receptor: Receptor;
  readonly totalCents: Cents;
  /** c_FormaPago. */
  readonly paymentForm: string;
  readonly serie: string;
  readonly folio: string;
  readonly concept: Concept;
  readonly issuedAt: Date;
};

/** Makes and seals the documents of one order. `uuid` is upper case. */
export type ProduceInvoice = (order: InvoiceOrder) => Promise<InvoiceFiles & { readonly uuid: string }>;

/** A sale that can be invoiced. */
export type OpenTicket = {
  readonly sale: Sale;
  readonly key: string;
  readonly totalCents: Cents;
  readonly outcome: Outcome;
};

/** What the shop's system says about typed ticket values. */
export type LookUp =
  | { readonly kind: 'open'; readonly ticket: OpenTicket; readonly needsCaptcha: boolean }
  | { readonly kind: 'not_found' }
  | { readonly kind: 'expired' }
  | { readonly kind: 'already_invoiced' }
  | { readonly kind: 'portal_down' };

export type SubmitOrder = {
  readonly ticket: OpenTicket;
  readonly receptor: Receptor;
  readonly paymentForm: string;
  readonly consents?: readonly string[];
  /** The customer's account that asks, where the portal has accounts. */
  readonly account?: string;
};

/**
 * What happens to the connection on which an invoice was asked for: it brings the answer; it dies inside the answer;
 * or it is reset before the first byte, in which case browsers send the same request again by themselves if the
 * connection had served before (Chromium up to once per idle connection, POST too).
 */
export type ConnectionFate = 'answers' | 'dies' | 'resets';

/** An invoice, and what its portal is to do with the connection. */
export type Issuance = {
  readonly kind: 'issued';
  readonly invoice: Issued;
  readonly connection: ConnectionFate;
};

/** The shop's back office: knows its sales, issues, remembers. Each portal has one and puts its manners on top. */
export type Desk = {
  lookUp(sale: Sale | undefined): LookUp;
  /** Issues whenever asked, as careless vendors do: asked twice, it issues twice. */
  submit(order: SubmitOrder): Promise<Issuance>;
  /** Issues at most once per ticket, also for two requests at the same moment. */
  submitOnce(order: SubmitOrder): Promise<Issuance | { readonly kind: 'already_invoiced' }>;
  /** Records a submit that the portal answers with a refusal. */
  refuse(submit: { ticket: string; rfc: string; consents?: readonly string[] }, reason: string): void;
  /** The invoices of a ticket, oldest first; only those asked for by `rfc` if given. */
  invoicesOf(ticket: string, rfc?: string): readonly Issued[];
  /** The invoices that a customer's account asked for, oldest first. */
  invoicesOfAccount(account: string): readonly Issued[];
  /** An invoice that this portal issued. */
  invoiceOf(uuid: string): Issued | undefined;
  /** Its files. */
  filesOf(uuid: string): Promise<InvoiceFiles | undefined>;
};

export type DeskDeps = {
  readonly portal: PortalId;
  readonly emisor: Emisor;
  readonly serie: string;
  /** What the shop sells; each invoice has it as its one line. */
  readonly concept: Concept;
  /** The last local date on which a sale can be invoiced. */
  readonly lastDay: (soldOn: string) => string;
  readonly ledger: LedgerBook;
  readonly documents: DocumentStore;
  readonly produce: ProduceInvoice;
  readonly now: Clock;
};

const FIRST_FOLIO = 48_000;
const WRONG_TOTAL_DIFFERENCE: Cents = 1_000;

/** Someone else's invoice, as `wrong_receptor` tickets deliver it. */
const stranger: Receptor = {
  rfc: 'MAPR880719LE5',
  name: 'RAMIRO MARTINEZ PEÑA',
  postalCode: '44100',
  regime: '612',
  use: 'G03',
};

/** What some portals save under the XML's name after their document server failed. */
const errorPage = Buffer.from(
  '<!DOCTYPE html>\n<html><head><title>Error de servidor</title></head><body><h2>Error interno al recuperar el documento.</h2></body></html>\n',
);

export function createDesk(deps: DeskDeps): Desk {
  const inFlight = new Set<string>();
  const invoicesOf = (ticket: string, rfc?: string): readonly Issued[] =>
    deps.ledger.issued(deps.portal, ticket).filter((invoice) => rfc === undefined || invoice.rfc === rfc);

  const invoiceOf = (uuid: string): Issued | undefined =>
    deps.ledger.issued(deps.portal).find((invoice) => invoice.uuid === uuid);

  const submit = async (order: SubmitOrder): Promise<Issuance> => {
    const { ticket, receptor, consents, account } = order;
    const received = deps.ledger.receive({
      portal: deps.portal,
      ticket: ticket.key,
      rfc: receptor.rfc,
      ...(consents === undefined ? {} : { consents }),
      ...(account === undefined ? {} : { account }),
    });
    // Counted by submits, not by invoices, so that two in the making have two folios.
    const folio = String(FIRST_FOLIO + deps.ledger.submits(deps.portal).length);
    const invoiceOrder = toInvoiceOrder(deps, order, folio);
    const { uuid, xml, pdf } = await deps.produce(invoiceOrder);
    await deps.documents.save(uuid, { xml: ticket.outcome === 'html_as_xml' ? errorPage : xml, pdf });
    const invoice = deps.ledger.issue(received, {
      uuid,
      receptorRfc: invoiceOrder.receptor.rfc,
      total: invoiceOrder.totalCents / 100,
      serie: deps.serie,
      folio,
    });
    return { kind: 'issued', invoice, connection: fateOf(ticket.outcome) };
  };

  const refuse: Desk['refuse'] = (refused, reason) =>
    deps.ledger.refuse(deps.ledger.receive({ portal: deps.portal, ...refused }), reason);

  return {
    lookUp: (sale) => lookUp(deps, sale),
    submit,
    submitOnce: async (order) => {
      const { key } = order.ticket;
      if (inFlight.has(key) || invoicesOf(key).length > 0) {
        refuse({ ticket: key, rfc: order.receptor.rfc }, 'already_invoiced');
        return { kind: 'already_invoiced' };
      }
      inFlight.add(key);
      try {
        return await submit(order);
      } finally {
        inFlight.delete(key);
      }
    },
    refuse,
    invoicesOf,
    invoicesOfAccount: (account) => {
      const submits = deps.ledger.submits(deps.portal).filter((submit) => submit.account === account);
      const ids = new Set(submits.map(({ id }) => id));
      return deps.ledger.issued(deps.portal).filter(({ submitId }) => ids.has(submitId));
    },
    invoiceOf,
    filesOf: async (uuid) => (invoiceOf(uuid) === undefined ? undefined : deps.documents.load(uuid)),
  };
}

function fateOf(outcome: Outcome): ConnectionFate {
  if (outcome === 'connection_resets') return 'resets';
  return outcome === 'connection_dies' ? 'dies' : 'answers';
}

function lookUp(deps: DeskDeps, sale: Sale | undefined): LookUp {
  const outcome = sale === undefined ? undefined : outcomeOf(sale);
  const today = mexicanDate(deps.now());
  if (sale === undefined || outcome === undefined || outcome === 'not_found' || sale.soldOn > today) {
    return { kind: 'not_found' };
  }
  if (deps.lastDay(sale.soldOn) < today) return { kind: 'expired' };
  if (outcome === 'already_invoiced' || outcome === 'portal_down') return { kind: outcome };
  const ticket = { sale, key: ticketKey(sale), totalCents: totalOf(deps.portal, sale), outcome };
  return { kind: 'open', ticket, needsCaptcha: outcome === 'captcha' };
}

function toInvoiceOrder(deps: DeskDeps, order: SubmitOrder, folio: string): InvoiceOrder {
  const { ticket, receptor, paymentForm } = order;
  return {
    emisor: deps.emisor,
    receptor: ticket.outcome === 'wrong_receptor' ? stranger : receptor,
    totalCents: ticket.totalCents + (ticket.outcome === 'wrong_total' ? WRONG_TOTAL_DIFFERENCE : 0),
    paymentForm,
    serie: deps.serie,
    folio,
    concept: deps.concept,
    issuedAt: deps.now(),
  };
}
