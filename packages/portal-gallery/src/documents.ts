import { mkdirSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The two files of one invoice, as the portal hands them out. */
export type InvoiceFiles = { readonly xml: Buffer; readonly pdf: Buffer };

/** Keeps the files of issued invoices, so that a portal can hand them out again. */
export type DocumentStore = {
  save(uuid: string, files: InvoiceFiles): Promise<void>;
  /** Undefined for a UUID that was never saved. */
  load(uuid: string): Promise<InvoiceFiles | undefined>;
};

/** In memory, or in `documents/` under `dataDir` so that a restart keeps them. */
export function createDocumentStore(dataDir?: string): DocumentStore {
  const known = new Map<string, InvoiceFiles>();
  if (dataDir === undefined) {
    return {
      save: async (uuid, files) => void known.set(uuid, files),
      load: async (uuid) => known.get(uuid),
    };
  }
  const folder = join(dataDir, 'documents');
  mkdirSync(folder, { recursive: true });
  const pathOf = (uuid: string, extension: string): string => join(folder, `${uuid}.${extension}`);
  return {
    save: async (uuid, files) => {
      await writeFile(pathOf(uuid, 'xml'), files.xml);
      await writeFile(pathOf(uuid, 'pdf'), files.pdf);
    },
    load: async (uuid) => {
      // The UUID comes from a URL: only its own form may become part of a path.
      if (!/^[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}$/.test(uuid)) return undefined;
      try {
        return { xml: await readFile(pathOf(uuid, 'xml')), pdf: await readFile(pathOf(uuid, 'pdf')) };
      } catch {
        return undefined;
      }
    },
  };
}
