/** Parking and control: a task that waits for a person, and who may act in its browser. */
import type { TenantScope } from './principal.ts';
import type { ControlActor, SessionRow, TaskRow, TicketRow } from './ports-rows.ts';
import type { Fenced, RunRef } from './ports-run.ts';

/** A parked browser is kept so long. */
export const WARM_MS = 15 * 60_000;
/** What a holder of control sends is forwarded so long after the relay last renewed; it renews every second. */
export const CONTROL_LEASE_MS = 3_000;
/** Control of which nothing was heard so long ends. */
export const CONTROL_SILENCE_MS = 60_000;

/** How many browsers of a pool may wait for people: 30 %, but one wherever another one is left to work. */
export function mostWarm(maxSessions: number): number {
  return maxSessions < 2 ? 0 : Math.max(1, Math.floor(maxSessions * 0.3));
}

/** What a run leaves when it parks its task. */
export interface Parking {
  /** Where the agent stood: JSON without any value of the task. Kept encrypted. */
  agentState: unknown;
  /** The session to keep, if there is a warm place for it. Null: there is none to keep. */
  sessionId: string | null;
  /** How many browsers of the pool may be kept. */
  mostWarm: number;
  answerable: boolean;
  pictureArtifactId: string | null;
  vendorMessage: string | null;
}

export type PauseResult = {
  /**
   * `requested`: at the next safe point; `requested_again`: it was before. `parked`: it is paused already. `conflict`: its state
   * has nothing to pause.
   */
  kind: 'requested' | 'requested_again' | 'parked' | 'conflict';
  task: TaskRow;
};

export type ResumeResult = {
  /**
   * `resumed`: on its way to a run. `withdrawn`: it was not parked yet, and will not be. `held`: somebody else has control or
   * waits for it. `unanswerable`: no text helps.
   */
  kind: 'resumed' | 'withdrawn' | 'held' | 'unanswerable' | 'conflict';
  task: TaskRow;
};

export type TakeResult =
  /** `epoch` names this time of control: whoever renews with another one is told that it is over. */
  | { kind: 'granted' | 'renewed'; task: TaskRow; sessionId: string; epoch: number }
  /** At the next safe point; `readmitted`: when another browser has come to the obstacle. */
  | { kind: 'wanted' | 'readmitted'; task: TaskRow }
  | { kind: 'held' | 'conflict'; task: TaskRow };

/** What was parked, for the run that goes on. */
export interface ParkedWork {
  /** The browser that was kept; null: this run needs a fresh one. */
  session: SessionRow | null;
  agentState: unknown;
  /** What a person answered. It is kept nowhere from here on. */
  answer: string | null;
  /** How long what the last holder of control sent may still reach the browser. */
  waitMs: number;
}

export interface ParkingStore {
  pause(taskId: string): Promise<PauseResult | null>;
  /** `by`: who asks, or whom they are the same person as. `answer`: what the task asked for; null: nothing. */
  resume(taskId: string, input: { by: string; answer: string | null }): Promise<ResumeResult | null>;
  /** Once for a run. Whatever control there still was has ended with it. */
  takeUp(run: RunRef): Promise<Fenced<ParkedWork>>;
  /** The parked session is this run's from here on. False: fence or session is lost. */
  adopt(run: RunRef, sessionId: string): Promise<boolean>;
  /**
   * A session that nobody waits with is the caller's to release from here on, and no run's to take up. False: a task waits or
   * goes on with it.
   */
  letGo(taskId: string, sessionId: string): Promise<boolean>;
  /** Warm → cold, where its time is over, or (`surplus`) it gives way. */
  cool(taskId: string, input: { surplus: boolean }): Promise<boolean>;
  /**
   * Takes a takeover's doubt back: nothing was sent while a person had control. `run` null: for a task that is parked. Null:
   * there was no such doubt, or it is not to be taken back any more.
   */
  spareTicket(taskId: string, run: RunRef | null): Promise<TicketRow | null>;
}

/** Control of a parked task's browser. */
export interface ControlStore {
  /**
   * Gives control to `holder`, or notes that they want it. `insteadOf`: the holder so far, where that is the same person by
   * another token. Granting puts a ticket that was free in doubt.
   */
  take(
    taskId: string,
    input: { holder: string; actor: ControlActor | null; insteadOf: string | null },
  ): Promise<TakeResult | null>;
  /** The holder is still there. False: control has ended or changed hands; nothing of theirs may be forwarded any more. */
  renew(control: { sessionId: string; holder: string; epoch: number }): Promise<boolean>;
  /** The holder lets go; the task goes on waiting. False: it was not theirs. */
  release(taskId: string, holder: string): Promise<boolean>;
  /** Ends control of which nothing was heard for `CONTROL_SILENCE_MS`. */
  endSilent(taskId: string): Promise<boolean>;
}

/** A parked task or session that no longer waits as it did. */
export interface StaleParking extends TenantScope {
  /**
   * `silent`: its holder is. `warm`: its time is over. `surplus`: more are warm than may be. `left`: nobody waits with this
   * session any more. `due`: it was handed back, and nothing of its last holder can arrive any more: it may be claimed.
   */
  why: 'silent' | 'warm' | 'surplus' | 'left' | 'due';
  taskId: string;
  /** As in `QueuedRef`. */
  nextFence: number;
  session: { id: string; providerSessionId: string | null } | null;
}

export interface ParkingSystemStore {
  listStaleParking(input: { mostWarm: number; limit: number }): Promise<StaleParking[]>;
}
