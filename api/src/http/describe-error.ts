/** What a log may say of an error. */

/** Class, code and place of an error. Not its message: drivers quote values in theirs. */
export function describeError(error: unknown): object {
  if (!(error instanceof Error)) return { name: typeof error };
  const stack = (error.stack ?? '').split('\n').filter((line) => line.startsWith('    at '));
  return { name: error.name, code: codeOf(error), at: stack.slice(0, 8).map((line) => line.trim()) };
}

/** A driver's or Node's code of an error, such as `ECONNREFUSED`. */
export function codeOf(error: Error): string | undefined {
  return 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
