import type { CdpConnection } from '../cdp/connection.ts';

/** A native dialog that a page waits on, as `Page.javascriptDialogOpening` tells it. */
export type PendingDialog = Record<string, unknown>;

/** Knows the native dialogs that are open: Chromium tells each of them once, and never who comes later. */
export const createDialogs = (connection: CdpConnection) => {
  const targets = new Map<string, string>();
  const open = new Map<string, PendingDialog>();
  connection.on('Page.javascriptDialogOpening', (dialog, sessionId) => void open.set(sessionId, dialog));
  connection.on('Page.javascriptDialogClosed', (_, sessionId) => void open.delete(sessionId));
  connection.on('Target.detachedFromTarget', ({ sessionId }) => {
    const session = String(sessionId);
    open.delete(session);
    for (const [targetId, known] of targets) if (known === session) targets.delete(targetId);
  });
  return {
    watch: (targetId: string, sessionId: string): void => void targets.set(targetId, sessionId),
    of: (targetId: string): PendingDialog | undefined => open.get(targets.get(targetId) ?? ''),
    /** Notices are closed, questions answered with no. */
    closeAll: async (): Promise<void> => {
      const closing = [...open].map(([sessionId, { type }]) =>
        // It may have been answered in this moment.
        connection
          .send('Page.handleJavaScriptDialog', { accept: type === 'alert' }, sessionId)
          .catch(() => ({})),
      );
      await Promise.all(closing);
    },
  };
};
