import type { CaptchaBook } from './captchas.ts';
import type { Clock } from './clock.ts';
import type { Desk, Emisor } from './desk.ts';
import type { Concept } from './issuer/draft-cfdi.ts';
import type { PostOffice } from './post-office.ts';
import type { PortalId, Sale } from './sale.ts';
import type { PortalEntry } from './vendor.ts';
import type { PortalApp } from './web.ts';

/** The ticket's values in the shape of `POST /v1/tasks`: what an integrator copies from the paper. */
export type TicketData = {
  /** Pesos. */
  readonly amount: number;
  /** `YYYY-MM-DD`. */
  readonly date: string;
  readonly concept?: string;
  readonly folio?: string;
  readonly branch?: string;
  readonly webId?: string;
  readonly barcode?: string;
  readonly paymentForm?: string;
  readonly extra?: Readonly<Record<string, string>>;
};

/** How a portal's tickets look on paper. `readTicket` functions beside each printer are its inverse. */
export type PrintTicket = (sale: Sale) => TicketData;

export type PortalDeps = {
  readonly desk: Desk;
  /** Sends the mail of portals that deliver by it. */
  readonly post: PostOffice;
  readonly now: Clock;
  /** How long a portal that reserves codes at validation keeps them for one browser session. */
  readonly reservationMs: number;
  /** How long a portal takes over an answer that is slow. */
  readonly slowMs: number;
  readonly captchas: CaptchaBook;
};

/** One simulated vendor: who it is, its window, and its web site. */
export type PortalDefinition = {
  readonly id: PortalId;
  /** The shop's name, as a person knows it. */
  readonly name: string;
  readonly emisor: Emisor;
  readonly serie: string;
  readonly concept: Concept;
  readonly lastDay: (soldOn: string) => string;
  /** How the vendor directory describes it. */
  readonly entry: PortalEntry;
  readonly createApp: (deps: PortalDeps) => PortalApp;
};
