/** The secrets of one local stack: made on its first start, kept beside its data, readable by their owner only. */
import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';

const secretsSchema = z.object({
  postgres: z.string(),
  owner: z.string(),
  api: z.string(),
  worker: z.string(),
  encryptionKeys: z.string(),
  supabaseJwt: z.string(),
  supabasePublishable: z.string(),
  supabaseSecret: z.string(),
  browserbase: z.string(),
});

export type StackSecrets = z.infer<typeof secretsSchema>;

const token = (bytes: number) => randomBytes(bytes).toString('base64url');

function newSecrets(): StackSecrets {
  return {
    postgres: token(18),
    owner: token(18),
    api: token(18),
    worker: token(18),
    encryptionKeys: `local:${randomBytes(32).toString('base64')}`,
    supabaseJwt: token(36),
    supabasePublishable: `sb_publishable_${token(18)}`,
    supabaseSecret: `sb_secret_${token(18)}`,
    browserbase: `bb_local_${token(18)}`,
  };
}

/** Reads or makes `<dataDir>/secrets.json`. Throws when the file is there but not whole: data would not open. */
export async function openSecrets(dataDir: string): Promise<StackSecrets> {
  const file = path.join(dataDir, 'secrets.json');
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (text !== null) {
    const parsed = secretsSchema.safeParse(JSON.parse(text));
    if (parsed.success) return parsed.data;
    throw new Error(`${file} is not whole; delete its folder to start anew.`);
  }
  await mkdir(dataDir, { recursive: true });
  const secrets = newSecrets();
  // Whole or not at all: a crash in between must not leave half of the keys.
  await writeFile(`${file}.new`, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600 });
  await rename(`${file}.new`, file);
  return secrets;
}
