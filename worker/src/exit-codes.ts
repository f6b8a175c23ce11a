/**
 * A worker that ended because it had done its share of runs, or had grown too big: start it again. (EX_TEMPFAIL: a
 * supervisor that knows nothing of it sees a failure that passes.)
 */
export const RECYCLE_EXIT_CODE = 75;
