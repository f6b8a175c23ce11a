import type { CdpConnection } from '../cdp/connection.ts';

/** A native dialog that a page waits on, as `Page.javascriptDialogOpening` tells it. */
export type PendingDialog = Record<string, unknown>;

/** A client has seen every page of a browser within this time. */
const CONNECTING_MS = 2_000;

/** Knows the native dialogs that are open: Chromium tells each of them once, and never who comes later. */
export const createDialogs = (connection: CdpConnection) => {
  const targets = new Map<string, string>();
  const open = new Map<string, PendingDialog>();
  let closeUntil = 0;
  /** A notice is closed, a question answered with no. It may have been answered in this moment by somebody else. */
  const close = (sessionId: string, { type }: PendingDialog): Promise<unknown> =>
    connection.send('Page.handleJavaScriptDialog', { accept: type === 'alert' }, sessionId).catch(() => ({}));
  connection.on('Page.javascriptDialogOpening', (dialog, sessionId) => {
    open.set(sessionId, dialog);
    if (performance.now() < closeUntil) void close(sessionId, dialog);
  });
  connection.on('Page.javascriptDialogClosed', (_, sessionId) => void open.delete(sessionId));
  connection.on('Target.detachedFromTarget', ({ sessionId }) => {
    const session = String(sessionId);
    open.delete(session);
    for (const [targetId, known] of targets) if (known === session) targets.delete(targetId);
  });
  return {
    watch: (targetId: string, sessionId: string): void => void targets.set(targetId, sessionId),
    of: (targetId: string): PendingDialog | undefined => open.get(targets.get(targetId) ?? ''),
    /** Answers it as a person wants; false where none is known. */
    answer: (targetId: string, answer: Record<string, unknown>): boolean => {
      const sessionId = targets.get(targetId) ?? '';
      if (!open.has(sessionId)) return false;
      connection.send('Page.handleJavaScriptDialog', answer, sessionId).catch(() => undefined);
      return true;
    },
    /** Those that are open, and those that open while a client connects: each of them would hang it. */
    closeAll: async (): Promise<void> => {
      closeUntil = performance.now() + CONNECTING_MS;
      await Promise.all([...open].map(([sessionId, dialog]) => close(sessionId, dialog)));
    },
  };
};
