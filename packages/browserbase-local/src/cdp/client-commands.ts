import path from 'node:path';
import type { SessionFolders } from '../session/folders.ts';

/** A command of a CDP client, as far as this server looks at it. */
export type ClientCommand = { readonly method: string; readonly params: Record<string, unknown> };

/** Where Browserbase keeps uploaded files on its machines; clients name files to inputs by this path. */
const REMOTE_UPLOADS = '/tmp/.uploads/';

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const uploadedFile = (file: unknown, uploads: string): unknown => {
  if (typeof file !== 'string' || !file.startsWith(REMOTE_UPLOADS)) return file;
  return path.join(uploads, path.basename(file));
};

/**
 * What Chromium gets instead of some commands, because a path means something else on this machine than on Browserbase's:
 * downloads always land in the session's own folder, each under a name of its own (Chromium overwrites a file
 * of the same name), and uploaded files are found in the session's folder. `undefined` means: as it came.
 */
const rewriteParams = (
  { method, params }: ClientCommand,
  folders: SessionFolders,
): Record<string, unknown> | undefined => {
  const { behavior, files } = params;
  const allows = behavior === 'allow' || behavior === 'allowAndName';
  if (method === 'Browser.setDownloadBehavior' && allows) {
    return { ...params, behavior: 'allowAndName', downloadPath: folders.incoming };
  }
  if (method === 'Page.setDownloadBehavior' && allows) return { ...params, downloadPath: folders.incoming };
  if (method === 'DOM.setFileInputFiles' && Array.isArray(files)) {
    return { ...params, files: files.map((file) => uploadedFile(file, folders.uploads)) };
  }
  return undefined;
};

/** Reads a client's message and says what to pass on. Messages that are no command pass as they came. */
export const translateCommand = (
  text: string,
  folders: SessionFolders,
): { readonly text: string; readonly command: ClientCommand | undefined } => {
  let message: unknown;
  try {
    message = JSON.parse(text);
  } catch {
    return { text, command: undefined };
  }
  if (!isObject(message) || typeof message['method'] !== 'string') return { text, command: undefined };
  const command = { method: message['method'], params: isObject(message['params']) ? message['params'] : {} };
  const params = rewriteParams(command, folders);
  return { text: params === undefined ? text : JSON.stringify({ ...message, params }), command };
};
