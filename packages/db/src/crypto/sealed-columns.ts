/**
 * Every column that holds values sealed with a tenant's data key. Re-encryption walks this list, so a column that is
 * missing would keep its old key for ever: a test compares it with every `bytea` column of the schema.
 */

/** Table → its sealed columns. */
export const SEALED_COLUMNS = {
  artifacts: ['file_name'],
  automation_tasks: ['ticket_details', 'profile_snapshot', 'cfdi', 'agent_state', 'answer', 'control_actor'],
  browser_sessions: ['session_data'],
  cfdi_documents: ['facts', 'findings'],
  idempotency_keys: ['body'],
  inbound_mails: ['content'],
  live_tokens: ['actor'],
  user_profiles: ['rfc', 'full_name', 'email', 'company_details'],
  user_vendor_credentials: ['username', 'password', 'totp_secret', 'additional_fields'],
  webhook_endpoints: ['secret', 'previous_secret'],
} as const satisfies Record<string, readonly string[]>;

export type SealedTable = keyof typeof SEALED_COLUMNS;

/** How a cell's `rowId` is read from a row `t`, and how the row is found by it. */
export interface RowId {
  read: string;
  matches: (rowId: string) => string;
}

/** Rows are named by their `id`, save in these tables. */
export const ROW_IDS: { readonly [Table in SealedTable]?: RowId } = {
  idempotency_keys: {
    read: `encode(t.key_hash, 'hex')`,
    matches: (rowId) => `t.key_hash = decode(${rowId}, 'hex')`,
  },
};

/** `bytea` columns that are no values of a tenant: `<table>.<column>` → what they are. */
export const OTHER_BYTES: Readonly<Record<string, string>> = {
  'api_keys.secret_hash': 'SHA-256 of a random secret',
  'automation_tasks.mailbox_hash': 'SHA-256 of a secret that is derived from a key',
  'automation_tasks.profile_index': 'keyed hash',
  'cfdi_documents.receptor_rfc_index': 'keyed hash',
  'idempotency_keys.key_hash': 'keyed hash',
  'idempotency_keys.request_hash': 'keyed hash',
  'inbound_mails.body_hash': 'keyed hash',
  'inbound_mails.message_id_hash': 'keyed hash',
  'inbound_mails.token_hash': 'SHA-256 of a secret that is derived from a key',
  'live_tokens.secret_hash': 'SHA-256 of a random secret',
  'queue_changes.profile_index': 'keyed hash',
  'task_quotas.subject': 'keyed hash',
  'tenant_keys.wrapped_key': "a tenant's key, wrapped by the key ring",
  'ticket_issuances.general_key': 'keyed hash',
  'ticket_issuances.ticket_key': 'keyed hash',
  'user_profiles.rfc_index': 'keyed hash',
};
