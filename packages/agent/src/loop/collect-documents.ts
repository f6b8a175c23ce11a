/** Documents as they come: proven at once, so that what counts is safe before anything else is tried. */
import type { CapturedDocument } from '../types.ts';
import { report } from './report.ts';
import type { RunOptions, RunState } from './run-state.ts';

const ORDER: Record<CapturedDocument['kind'], number> = { xml: 0, pdf: 1, other: 2 };

/** Takes what is new and has it proven. True when something new came. */
export async function collectDocuments(options: RunOptions, run: RunState): Promise<boolean> {
  const startedAt = options.clock.now();
  const all = await options.driver.documents();
  if (all.length <= run.documents.length) return false;
  const fresh = all.slice(run.documents.length);
  run.documents = [...all];
  const kinds = fresh.map((document) => document.kind.toUpperCase()).join(', ');
  await report(options, { type: 'download', summary: `Received: ${kinds}`, startedAt });
  if (run.proven) return true;
  const verdict = await options.accept([...run.documents].sort((a, b) => ORDER[a.kind] - ORDER[b.kind]));
  if (verdict === 'proven') run.proven = true;
  if (verdict === 'rejected') run.rejections += 1;
  await report(options, { type: 'extract', summary: VERDICTS[verdict], startedAt });
  return true;
}

const VERDICTS = {
  proven: 'The invoice is proven',
  rejected: 'What came is not the invoice of this ticket',
  need_more: 'More is needed to prove the invoice',
} as const;

/** After an act that fetches: files may take a while to arrive. */
export async function awaitDocuments(options: RunOptions, run: RunState, maxMs: number): Promise<void> {
  const until = options.clock.now() + maxMs;
  for (;;) {
    if (await collectDocuments(options, run)) return;
    const left = until - options.clock.now();
    if (left <= 0) return;
    await options.driver.waitForChange(Math.min(1_000, left));
  }
}
