/** What a bench is: a file beside `run.ts` that exports one as `bench`, and a line in the list there. */

export interface Bench {
  name: string;
  /** One sentence: what is held against what. */
  what: string;
  /** The ratio that is to be reached; 1 is as fast as the baseline. */
  goal: number;
  run(): Promise<BenchResult>;
}

export interface BenchResult {
  /** Ours to the baseline, both measured in this run. */
  ratio: number;
  /** A readable account of what the ratio is made of. */
  lines: readonly string[];
}

/** Columns side by side: the first to the left, the others to the right. */
export function table(rows: readonly (readonly string[])[]): string[] {
  const widthOf = (column: number) => Math.max(...rows.map((row) => row[column]?.length ?? 0));
  return rows.map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widthOf(column)) : cell.padStart(widthOf(column))))
      .join('  '),
  );
}
