/** Invoices: what a run stores of a document, and how it is found again. */
import type { CfdiFacts, Finding } from '@cfdi-live/cfdi';
import type { Failure, ListQuery, Mode, SatRegisterStatus, TaskCfdi } from '@cfdi-live/contract';
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
  /** Fetched again, rather than issued by the run that brought it. */
  recovered: boolean;
  /** When SAT's register is to be asked about it; null: never. */
  satCheckAt: Date | null;
  /** SAT's register was asked before it was stored, and said that it is valid. */
  vouchedBySat?: boolean;
}

export type StampedFacts = CfdiFacts & { readonly stamp: NonNullable<CfdiFacts['stamp']> };

/** Who says that an invoice is genuine: certificates that the operator trusts, or SAT's register. */
export type AuthenticatedBy = 'trust' | 'sat';

export interface CfdiRow extends NewCfdi {
  /** Of the row; not the folio fiscal. */
  id: string;
  mode: Mode;
  authenticatedBy: AuthenticatedBy | null;
  /** Null until SAT's register was asked. */
  satStatus: SatRegisterStatus | null;
  satCheckedAt: Date | null;
  /** How often the register answered. */
  satAnswers: number;
  createdAt: Date;
}

/** What SAT's register was asked, and what follows. */
export interface SatSettlement {
  /** The row as it was when the register was asked: who asked at the same time and comes second changes nothing. */
  invoice: Pick<CfdiRow, 'id' | 'uuid' | 'taskId' | 'satAnswers' | 'facts'>;
  askedAt: Date;
  /** Null: it did not answer. */
  status: SatRegisterStatus | null;
  nextAt: Date | null;
  /** Where they changed. */
  findings: readonly Finding<string>[] | null;
  /** For the task, if it still waits for this answer. */
  end: { on: 'complete'; cfdi: TaskCfdi } | { on: 'fail'; failure: Failure } | null;
}

/**
 * `completed`, `failed`: the task that waited. `taken`: it failed, for the UUID proved another purchase meanwhile.
 * `unawaited`: the task had ended otherwise. `stale`: somebody else settled the same question.
 */
export type SatSettled = 'completed' | 'failed' | 'taken' | 'noted' | 'unawaited' | 'stale';

/** A document that SAT is to be asked about now, by who claimed it alone. */
export interface SatCheck {
  tenantId: string;
  mode: Mode;
  /** The row's id. */
  documentId: string;
  /** By the database's clock. */
  askedAt: Date;
}

/** Over all tenants. */
export interface SatCheckStore {
  /** Those that are due, of these modes. One whose worker dies is due again when the lock has passed. */
  claimSatChecks(input: { modes: readonly Mode[]; lockMs: number; limit: number }): Promise<SatCheck[]>;
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
  /** By the row's id. */
  getDocument(id: string): Promise<CfdiRow | null>;
  /** Notes what SAT said; ends the task that waited for it, and tells of a cancellation. One conditional statement. */
  settleSat(settlement: SatSettlement): Promise<SatSettled>;
  list(query: Pick<ListQuery, 'limit' | 'after' | 'before'> & CfdiFilter): Promise<Page<CfdiRow>>;
}
