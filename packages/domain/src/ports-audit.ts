/** The audit log: who did what to whose data. Written in the transaction of what it tells about. */

/** Every kind of entry that a principal makes. The platform's upkeep has entries of its own. */
export type AuditAction =
  | `api_key.${'created' | 'changed' | 'rotated' | 'revoked'}`
  | `member.${'added' | 'changed' | 'removed'}`
  | `tenant.${'created' | 'changed' | 'deleted'}`
  | `profile.${'changed' | 'deleted' | 'erased'}`
  | `credential.${'created' | 'changed' | 'deleted'}`
  | `webhook_endpoint.${'created' | 'changed' | 'deleted' | 'secret_rotated' | 'recovered'}`
  | `live_token.${'created' | 'revoked'}`
  | `takeover.${'started' | 'ended'}`
  | `task.${'cancelled' | 'retried' | 'paused' | 'resumed' | 'answered' | 'document_uploaded'}`;

export interface AuditEntry {
  /** `actorOf(principal)`. */
  actor: string;
  action: AuditAction;
  subject: { type: string; id: string } | null;
  /** Ids, states and words of ours; never a value of a person. */
  details?: Record<string, unknown>;
}

export interface AuditStore {
  add(entry: AuditEntry): Promise<void>;
}
