import path from 'node:path';

/** The places of one session on disk. All but the profile outlive the session. */
export type SessionFolders = {
  readonly root: string;
  /** The browser's user data: cookies, storage, cache. Removed when the session ends. */
  readonly profile: string;
  /** Where Chromium writes downloads that are not finished, named by their GUID. */
  readonly incoming: string;
  /** Finished downloads, named as they are in the ZIP. */
  readonly finished: string;
  readonly uploads: string;
  /** The session as the API shows it. */
  readonly record: string;
  /** The mark of the Chromium process. */
  readonly processMark: string;
};

/** Absolute paths of the session `id` below `sessionsDir`. */
export const sessionFolders = (sessionsDir: string, id: string): SessionFolders => {
  const root = path.resolve(sessionsDir, id);
  return {
    root,
    profile: path.join(root, 'profile'),
    incoming: path.join(root, 'downloads'),
    finished: path.join(root, 'finished'),
    uploads: path.join(root, 'uploads'),
    record: path.join(root, 'session.json'),
    processMark: path.join(root, 'chromium.pid'),
  };
};
