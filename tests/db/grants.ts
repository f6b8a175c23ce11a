/** Who is meant to touch which table, and to call which function: what `security.test.ts` holds the database against. */

export const COMMANDS = ['select', 'insert', 'update', 'delete'] as const;
export type Command = (typeof COMMANDS)[number];

/** What a tenant may do to its own rows, whether they are apart by mode, and what the system may do to all rows. */
export interface Grants {
  tenant: readonly Command[];
  byMode: boolean;
  system: readonly Command[];
  /** The system may change this column, and few others. */
  systemUpdates?: string;
  /** A tenant may change this column, and few others. */
  tenantUpdates?: string;
  /** Members may read some of its columns with a token of Supabase's. */
  members?: true;
  /** It belongs to no tenant: every one sees it alike. */
  shared?: true;
  /** The column that the row tried is found by; default `tenant_id`. */
  key?: string;
}
export const NONE = [] as const;
export const READ = ['select'] as const;
const ADD = ['select', 'insert'] as const;
const REMOVE = ['select', 'delete'] as const;
const CHANGE = ['select', 'insert', 'update'] as const;
/** Rotation of keys seals what is there again. */
const RESEAL = ['select', 'update', 'delete'] as const;

export const GRANTS: Record<string, Grants> = {
  tenants: {
    tenant: ['select', 'update'],
    tenantUpdates: 'name',
    byMode: false,
    system: COMMANDS,
    systemUpdates: 'deleted_at',
    key: 'id',
    members: true,
  },
  tenant_keys: { tenant: READ, byMode: false, system: COMMANDS, systemUpdates: 'wrapped_key' },
  tenant_members: {
    tenant: ['select', 'insert', 'update', 'delete'],
    tenantUpdates: 'role',
    byMode: false,
    system: ['select', 'insert', 'delete'],
    members: true,
  },
  api_keys: {
    tenant: CHANGE,
    tenantUpdates: 'name',
    byMode: true,
    system: COMMANDS,
    systemUpdates: 'revoked_at',
    members: true,
  },
  live_tokens: {
    tenant: CHANGE,
    tenantUpdates: 'revoked_at',
    byMode: true,
    system: RESEAL,
    systemUpdates: 'actor',
  },
  control_leases: { tenant: CHANGE, byMode: true, system: READ },
  user_profiles: { tenant: COMMANDS, byMode: true, system: RESEAL, systemUpdates: 'rfc' },
  user_vendor_credentials: {
    tenant: COMMANDS,
    byMode: true,
    system: ['select', 'update'],
    systemUpdates: 'username',
  },
  ticket_issuances: { tenant: CHANGE, byMode: true, system: ['select', 'update', 'delete'] },
  automation_tasks: { tenant: CHANGE, byMode: true, system: ['select', 'update', 'delete'], members: true },
  task_metadata: { tenant: ['select', 'insert', 'delete'], byMode: true, system: NONE },
  task_steps: { tenant: ADD, byMode: true, system: REMOVE, members: true },
  browser_sessions: {
    tenant: CHANGE,
    byMode: true,
    system: RESEAL,
    systemUpdates: 'session_data',
    members: true,
  },
  artifacts: {
    tenant: ['select', 'insert', 'delete'],
    byMode: true,
    system: RESEAL,
    systemUpdates: 'file_name',
    members: true,
  },
  cfdi_documents: {
    tenant: CHANGE,
    tenantUpdates: 'sat_status',
    byMode: true,
    system: RESEAL,
    systemUpdates: 'facts',
    members: true,
  },
  tenant_event_counters: { tenant: ['select', 'update'], byMode: false, system: CHANGE },
  task_events: { tenant: ADD, byMode: true, system: ['select', 'insert', 'delete'], members: true },
  webhook_endpoints: {
    tenant: ['select', 'insert', 'update', 'delete'],
    byMode: true,
    system: ['select', 'update'],
    systemUpdates: 'disabled_at',
    members: true,
  },
  webhook_deliveries: { tenant: CHANGE, byMode: true, system: COMMANDS, members: true },
  webhook_attempts: { tenant: ADD, byMode: true, system: ['insert'] },
  audit_log: { tenant: ADD, byMode: false, system: ['select', 'insert', 'delete'], members: true },
  inbound_mails: { tenant: COMMANDS, byMode: true, system: RESEAL, systemUpdates: 'content' },
  queue_changes: { tenant: NONE, byMode: false, system: ['select', 'insert', 'delete'] },
  tenant_queues: { tenant: NONE, byMode: false, system: CHANGE },
  browser_pool: { tenant: NONE, byMode: false, system: ['select', 'update'], key: 'only_row' },
  portal_states: { tenant: NONE, byMode: false, system: COMMANDS, key: 'host' },
  // The row tried is the sandbox's, which live mode does not see.
  vendors: { tenant: READ, byMode: true, system: CHANGE, shared: true, key: 'slug' },
  vendor_recipes: { tenant: CHANGE, byMode: false, system: CHANGE },
  idempotency_keys: { tenant: CHANGE, byMode: true, system: RESEAL, systemUpdates: 'body' },
  task_quotas: { tenant: CHANGE, byMode: true, system: REMOVE },
  usage_days: { tenant: READ, byMode: true, system: CHANGE, systemUpdates: 'steps', members: true },
  health_checks: { tenant: NONE, byMode: false, system: ['select', 'insert', 'delete'], key: 'status' },
  storage_deletions: { tenant: NONE, byMode: false, system: COMMANDS },
};
/** The definer functions, and the login that may call each; null: only a trigger does. */
export const CALLERS: Record<string, 'cfdi_api' | 'cfdi_worker' | 'cfdi_tenant' | null> = {
  admit_tasks: 'cfdi_worker',
  ask_portals: 'cfdi_worker',
  check_health: 'cfdi_worker',
  claim_deliveries: 'cfdi_worker',
  claim_mails: 'cfdi_worker',
  claim_sat_checks: 'cfdi_worker',
  claim_storage_deletions: 'cfdi_worker',
  claim_task: 'cfdi_worker',
  count_keys: 'cfdi_worker',
  remove_ended_tenant: 'cfdi_worker',
  shred_tenant: 'cfdi_api',
  fail_overdue_tasks: 'cfdi_worker',
  fail_unreachable_tasks: 'cfdi_worker',
  find_api_key: 'cfdi_api',
  find_live_token: 'cfdi_api',
  find_mailbox: 'cfdi_worker',
  find_memberships: 'cfdi_api',
  list_due_mails: 'cfdi_worker',
  list_dead_letters: 'cfdi_api',
  forget_queue_changes: null,
  list_orphan_sessions: 'cfdi_worker',
  list_stale_parking: 'cfdi_worker',
  list_stranded_tasks: 'cfdi_worker',
  // Inside the transaction that parks: it says whether there is a place, and nothing of anybody.
  take_warm_place: 'cfdi_tenant',
  list_stray_browsers: 'cfdi_worker',
  list_unseen_sessions: 'cfdi_worker',
  list_vendors: 'cfdi_api',
  log_retention: 'cfdi_worker',
  note_changed_limits: null,
  note_deleted_files: null,
  note_new_task: null,
  note_queue_change: null,
  pause_admission: 'cfdi_worker',
  renew_lease: 'cfdi_worker',
  report_portal: 'cfdi_worker',
  retain: 'cfdi_worker',
  settle_delivery: 'cfdi_worker',
  sign_up_tenant: 'cfdi_api',
  strike_storage_deletions: 'cfdi_worker',
  touch_api_key: 'cfdi_api',
};
