import type { ErrorCode } from '@cfdi-live/contract';

/** The page of a code: the `type` of its problems. Its source is `docs/errors/<code>.md`. */
export function errorPage(code: ErrorCode): string {
  return `https://docs.cfdi-live.dev/errors/${code}`;
}
