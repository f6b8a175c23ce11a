import type { SettledRequest } from '@cfdi-live/domain';

/** The database did not answer, or went away in the middle. Nothing is known to be wrong with the request: HTTP 503. */
export class DatabaseUnavailable extends Error {
  constructor(options?: ErrorOptions) {
    super('the database is unavailable', options);
    this.name = 'DatabaseUnavailable';
  }
}

/**
 * The request was sent before with the same Idempotency-Key. Thrown, for it is found out in the middle of a use case that
 * neither knows nor cares.
 */
export class RequestSettled extends Error {
  readonly outcome: SettledRequest;
  constructor(outcome: SettledRequest) {
    super('the request is settled already');
    this.name = 'RequestSettled';
    this.outcome = outcome;
  }
}

/** A task was wanted for a request that is at work elsewhere, or answered: nothing was made. Never leaves this package. */
export class RequestKnown extends Error {
  readonly outcome: 'key_in_use' | 'key_answered';
  constructor(outcome: RequestKnown['outcome']) {
    super('the request is known');
    this.name = 'RequestKnown';
    this.outcome = outcome;
  }
}

/** A list was asked for with an `after` or `before` that no list gave out: HTTP 400. `isCursor` tells beforehand. */
export class InvalidCursor extends Error {
  constructor() {
    super('not a cursor');
    this.name = 'InvalidCursor';
  }
}

const UNAVAILABLE_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EPIPE',
  'ETIMEDOUT',
  '53300', // too many connections
  '57P01', // the administrator ended the connection
  '57P02', // crash of another backend
  '57P03', // starting up or shutting down
]);

// What pg itself says when a connection is gone; these errors carry no code.
const UNAVAILABLE_WORDS = /connection (terminated|ended|timeout|error)|timeout exceeded|read timeout/i;

/** Whether an error of the driver says that the database cannot be reached, rather than that it refused a statement. */
export function isUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error instanceof AggregateError) return error.errors.some(isUnavailable);
  const code = 'code' in error && typeof error.code === 'string' ? error.code : null;
  if (code === null) return UNAVAILABLE_WORDS.test(error.message);
  return UNAVAILABLE_CODES.has(code) || code.startsWith('08');
}
