/** Dead letters: tasks that failed although trying again may help, and that nobody tried again. */
import type { FailureCode } from '@cfdi-live/contract';
import type { TenantScope } from './principal.ts';

/** What is not named chooses nothing. */
export interface DeadLetterFilter {
  codes?: readonly FailureCode[] | undefined;
  /** Failed at or after this time. */
  since?: Date | undefined;
  /** Bare UUID. */
  tenantId?: string | undefined;
}

export interface DeadLetter extends TenantScope {
  taskId: string;
  code: FailureCode;
  failedAt: Date;
  /** Retries that lie behind the task. */
  retryCount: number;
}

export interface DeadLetterStore {
  /** Over all tenants, oldest first; `after` is the task of the last one that was read. */
  listDeadLetters(filter: DeadLetterFilter & { after: string | null; limit: number }): Promise<DeadLetter[]>;
}
