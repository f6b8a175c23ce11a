import type { Mode } from '@cfdi-live/contract';
import type { ArtifactVault, Clock, Database } from '@cfdi-live/domain';
import type { Logger } from 'pino';
import type { BrowserProvider, ReachCheckpoint, Timings } from '../ports.ts';
import type { CreateGate } from './gate.ts';
import type { Prover } from './proof.ts';

/** What every run of a worker works with. */
export interface RunDeps {
  database: Database;
  vault: ArtifactVault;
  provider: BrowserProvider;
  prover: Prover;
  createGate: CreateGate;
  reach: ReachCheckpoint;
  timings: Timings;
  clock: Clock;
  /** Browsers of the pool, of which a share may be kept for people. */
  maxSessions: number;
  allowedPrivateHosts: string[];
  sandboxHosts: string[];
  /** Of the tasks' mail addresses; null: no mail comes in here. */
  mailDomain: string | null;
  /** Whether there is a register to ask about a mode's invoices. */
  asksSat: (mode: Mode) => boolean;
  log: Logger;
}
