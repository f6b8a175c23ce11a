/** A request that is done once, however often it is sent. */
import type { Database } from './ports-system.ts';
import type { TenantScope } from './principal.ts';

export interface RepeatableRequest {
  scope: TenantScope;
  /** What makes two requests the same one: method, concrete path, and the caller's Idempotency-Key. */
  name: string;
  /** What it asks for: path, query, and the body in a canonical form. Only a keyed hash of it is kept. */
  content: string;
}

/** An answer as it was given; its body is encrypted where it is kept. */
export interface KeptAnswer {
  status: number;
  location: string | null;
  contentType: string | null;
  body: string;
}

/** The request was sent before. */
export type SettledRequest =
  | { kind: 'answered'; answer: KeptAnswer }
  /** Something else was asked for by this name. */
  | { kind: 'mismatch' }
  | { kind: 'in_progress' };

/** A request at work. It ends with `commit` or `rollback`. */
export interface RequestWork {
  /** What the request's use cases are given. They may throw `RequestSettled`, which they let pass. */
  database: Database;
  /** Commits the work, and with it the answer; null keeps none, and the request may be sent again. */
  commit(answer: KeptAnswer | null): Promise<{ kind: 'committed' } | SettledRequest>;
  /** Undoes what can be undone; the request may be sent again. Never throws. */
  rollback(): Promise<void>;
}

export type BegunRequest = { kind: 'begun'; work: RequestWork } | SettledRequest;

export interface RepeatableRequests {
  /**
   * Begins the work of a request. All transactions of its tenant and mode are one then: it begins with the first of them,
   * which takes the request's name or throws `RequestSettled`, and ends when the answer is known. A crash undoes it and
   * frees the name.
   */
  beginOnce(request: RepeatableRequest): RequestWork;
  /**
   * The same for work that calls outside, which no transaction may wait for: the name is held by a row for a minute, and
   * renewed meanwhile. After a crash it is free within that minute, and what was done is not undone.
   */
  beginHeld(request: RepeatableRequest): Promise<BegunRequest>;
}
