import { existsSync } from 'node:fs';
import { readFile, readdir, rename, stat } from 'node:fs/promises';
import path from 'node:path';
import { type AsyncZippable, zip } from 'fflate';
import type { Clock } from '../clock.ts';
import { downloadName } from './download-names.ts';
import type { SessionFolders } from './folders.ts';

/** Follows the downloads of one browser and puts each finished one in its place, under a name of its own. */
export type DownloadShelf = {
  readonly begin: (guid: string, suggestedName: string) => void;
  /** `written` is where Chromium put it, absolute or from the session's folder. */
  readonly complete: (guid: string, written: string | undefined) => void;
  readonly cancel: (guid: string) => void;
  /** Resolves when everything completed so far is in its place. */
  readonly settled: () => Promise<void>;
};

/** Shelves what Chromium writes to `folders.incoming` into `folders.finished`. */
export const createDownloadShelf = (folders: SessionFolders, clock: Clock): DownloadShelf => {
  const names = new Map<string, string>();
  // One after the other: two of the same name in the same millisecond must not choose the same free name.
  let moves: Promise<void> = Promise.resolve();

  const freePlace = (suggested: string): string => {
    let finishedAt = clock.now();
    let place: string;
    do {
      place = path.join(folders.finished, downloadName(suggested, finishedAt));
      finishedAt += 1;
    } while (existsSync(place));
    return place;
  };
  return {
    begin: (guid, suggestedName) => void names.set(guid, suggestedName),
    complete: (guid, written) => {
      const file =
        written === undefined ? path.join(folders.incoming, guid) : path.resolve(folders.root, written);
      const name = names.get(guid) ?? path.basename(file);
      names.delete(guid);
      moves = moves
        .then(() => rename(file, freePlace(name)))
        // A client on this machine may have taken it away itself; then there is nothing to keep.
        .catch(() => undefined);
    },
    cancel: (guid) => void names.delete(guid),
    settled: () => moves,
  };
};

/** All finished downloads as one ZIP; with none it is the 22 bytes of an empty one. */
export const zipDownloads = async ({ finished }: SessionFolders): Promise<Uint8Array> => {
  const files: AsyncZippable = {};
  for (const name of await readdir(finished).catch(() => [])) {
    const file = path.join(finished, name);
    files[name] = [new Uint8Array(await readFile(file)), { mtime: (await stat(file)).mtime }];
  }
  return new Promise((resolve, reject) => {
    zip(files, (error, bytes) => (error === null ? resolve(bytes) : reject(error)));
  });
};
