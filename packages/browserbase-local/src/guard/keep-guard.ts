import type { Clock } from '../clock.ts';
import type { PendingDialog } from './dialogs.ts';
import { type Guard, type GuardCounts, startGuard } from './guard.ts';
import type { GuardRules } from './rules.ts';

/** A guard as its client sees it. */
export type GuardState = GuardCounts & { readonly active: boolean };

/** The guard that a client left behind, if any. */
export const keepGuard = (browserUrl: string, clock: Clock) => {
  let guard: Guard | undefined;
  let last: GuardState | undefined;
  const state = (): GuardState | undefined =>
    guard === undefined ? last : { ...guard.counts(), active: true };
  const close = (): void => {
    if (guard === undefined) return;
    last = { ...guard.counts(), active: false };
    guard.close();
    guard = undefined;
  };
  return {
    state,
    close,
    put: async (rules: GuardRules): Promise<GuardState> => {
      const next = await startGuard(browserUrl, rules, clock.now());
      close();
      guard = next;
      return { ...next.counts(), active: true };
    },
    lift: async (): Promise<GuardState | undefined> => {
      await guard?.closeDialogs();
      close();
      return last;
    },
    closeDialogs: async (): Promise<void> => guard?.closeDialogs(),
    dialogOf: (targetId: string): PendingDialog | undefined => guard?.dialogOf(targetId),
    answerDialog: (targetId: string, answer: Record<string, unknown>): boolean =>
      guard?.answerDialog(targetId, answer) ?? false,
  };
};
