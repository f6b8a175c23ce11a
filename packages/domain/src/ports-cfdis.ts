/** Invoices: what a run stores of a document, and how it is found again. */
import type { CfdiFacts, Finding } from '@cfdi-live/cfdi';
import type { ListQuery, Mode, SatRegisterStatus } from '@cfdi-live/contract';
import type { Page } from './ports-rows.ts';

export type CfdiVerdict = 'authenticated' | 'consistent_not_authenticated' | 'rejected';

export interface NewCfdi {
  uuid: string;
  taskId: string;
  xmlArtifactId: string;
  pdfArtifactId: string | null;
  verdict: CfdiVerdict;
  /** Whether it counts as this ticket's invoice; a rejected document is kept but does not. */
  accepted: boolean;
  /** Everything the document says; encrypted at rest, for it names the receptor. */
  facts: StampedFacts;
  findings: readonly Finding<string>[];
}

export type StampedFacts = CfdiFacts & { readonly stamp: NonNullable<CfdiFacts['stamp']> };

export interface CfdiRow extends NewCfdi {
  mode: Mode;
  /** Null until SAT's register was asked. */
  satStatus: SatRegisterStatus | null;
  createdAt: Date;
}

/** All that are named must hold. */
export interface CfdiFilter {
  uuid?: string | undefined;
  /** Fecha, exclusive: local without a zone, or with one. */
  issuedAfter?: string | undefined;
  issuedBefore?: string | undefined;
  emisorRfc?: string | undefined;
  receptorRfc?: string | undefined;
  /** Bare UUID. */
  taskId?: string | undefined;
  accepted: boolean;
}

export interface CfdiStore {
  /** Unique per tenant and UUID where accepted. */
  add(cfdi: NewCfdi): Promise<{ kind: 'added' } | { kind: 'uuid_taken'; taskId: string }>;
  /** The task that this UUID was accepted for, if any. */
  findAcceptedTask(uuid: string): Promise<string | null>;
  /** The accepted document of this UUID, else the newest that was kept. */
  get(uuid: string): Promise<CfdiRow | null>;
  list(query: Pick<ListQuery, 'limit' | 'after' | 'before'> & CfdiFilter): Promise<Page<CfdiRow>>;
}
