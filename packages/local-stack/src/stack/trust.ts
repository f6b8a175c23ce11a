/** The trust folders of a local stack: the gallery's own authority and PAC, and whatever the operator named. */
import { copyFile, mkdir, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import type { TestPki } from '@cfdi-live/portal-gallery/issuer';

export interface TrustFolders {
  caDir: string;
  certDir: string;
}

/** Writes both folders anew under `dir`. Throws when a folder that the operator named cannot be read. */
export async function writeTrust(
  dir: string,
  pki: TestPki,
  operator: { caDir?: string | undefined; certDir?: string | undefined },
): Promise<TrustFolders> {
  await rm(dir, { recursive: true, force: true });
  await mkdir(dir, { recursive: true });
  const trust = await pki.exportTrust(dir);
  await copyAll(operator.caDir, trust.caDir);
  await copyAll(operator.certDir, trust.certDir);
  return trust;
}

async function copyAll(from: string | undefined, to: string): Promise<void> {
  if (from === undefined) return;
  const entries = await readdir(from, { withFileTypes: true });
  for (const entry of entries) {
    if (!entry.isDirectory()) await copyFile(path.join(from, entry.name), path.join(to, entry.name));
  }
}
