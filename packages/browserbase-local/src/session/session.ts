import { randomBytes } from 'node:crypto';
import type { WebSocket } from 'ws';
import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import { type SessionBrowser, removeBrowserFiles } from './browser.ts';
import { type CommandLog, createCommandLog } from './command-log.ts';
import type { SessionFolders } from './folders.ts';
import { type EndStatus, type SessionRecord, createStoredRecord, isOpen } from './record.ts';
import { type SocketRole, createSessionSockets } from './sockets.ts';

/** One session: one Chromium process, from `start` to its one end. */
export type Session = {
  readonly record: () => SessionRecord;
  readonly folders: SessionFolders;
  /** Whoever holds this may connect to the browser. */
  readonly signingKey: string;
  readonly commandLog: CommandLog;
  /** PENDING → RUNNING, or → ERROR (and rejects) when Chromium does not come up. */
  readonly start: () => Promise<void>;
  /** The browser while RUNNING. */
  readonly browser: () => SessionBrowser | undefined;
  /** Takes the browser away; resolves when its processes are gone. The first end is the one that counts. */
  readonly end: (status: EndStatus) => Promise<void>;
  /** Whether a client drives the browser now. Live views do not count. */
  readonly hasClients: () => boolean;
  /** Takes a socket that must not outlive the session; a client's may end it by leaving. */
  readonly attach: (socket: WebSocket, role: SocketRole) => void;
};

export type SessionSettings = {
  readonly logCommands: boolean;
  readonly openBrowser: (folders: SessionFolders) => Promise<SessionBrowser>;
};

export type SessionDeps = { readonly clock: Clock; readonly log: Log; readonly folders: SessionFolders };

/** Makes a session of its record; nothing runs until `start`. */
export const createSession = (
  initial: SessionRecord,
  { logCommands, openBrowser }: SessionSettings,
  deps: SessionDeps,
): Session => {
  const { clock, log, folders } = deps;
  const record = createStoredRecord(initial, deps);
  const isOver = (): boolean => !isOpen(record.current());
  let opening: Promise<SessionBrowser> | undefined;
  let browser: SessionBrowser | undefined;
  let cancelTimeout: (() => void) | undefined;
  let ended: Promise<void> = Promise.resolve();

  const takeDown = async (): Promise<void> => {
    const opened = await opening?.catch(() => undefined);
    await opened?.close();
    await removeBrowserFiles(folders, log);
  };
  const end = (status: EndStatus): Promise<void> => {
    if (isOver()) return ended;
    cancelTimeout?.();
    browser = undefined;
    record.change({ status, endedAt: new Date(clock.now()).toISOString() });
    sockets.closeAll();
    ended = takeDown();
    return ended;
  };
  const sockets = createSessionSockets(() => {
    if (!record.current().keepAlive) void end('COMPLETED');
  });
  const start = async (): Promise<void> => {
    opening = openBrowser(folders);
    let opened: SessionBrowser;
    try {
      opened = await opening;
    } catch (error) {
      await end('ERROR');
      throw error;
    }
    if (isOver()) return;
    browser = opened;
    cancelTimeout = clock.after(Date.parse(initial.expiresAt) - clock.now(), () => void end('TIMED_OUT'));
    void opened.exited.then(({ clean, reason }) => {
      if (!isOver()) log('session.chromium_exited', { sessionId: initial.id, reason });
      return end(clean ? 'COMPLETED' : 'ERROR');
    });
    record.change({ status: 'RUNNING' });
  };
  return {
    record: record.current,
    folders,
    signingKey: randomBytes(32).toString('base64url'),
    commandLog: createCommandLog(logCommands, clock),
    start,
    browser: () => browser,
    end,
    hasClients: sockets.hasClients,
    attach: sockets.attach,
  };
};
