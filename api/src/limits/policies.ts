/** How many requests are let in. Fixed windows: whoever has used one up waits for the next. */

/** `quota` requests in `windowSeconds`. */
export interface Policy {
  quota: number;
  windowSeconds: number;
}

export interface Policies {
  /** Plan `standard`: of a key, live token or person, in each mode. Plan `unlimited` has no such limit. */
  caller: Policy;
  /** Plan `standard`: of a tenant as a whole, in each mode. */
  tenant: Policy;
  /** Refused keys and tokens of one address. */
  failedAuthentication: Policy;
}

export const POLICIES: Policies = {
  caller: { quota: 500, windowSeconds: 10 },
  tenant: { quota: 1_000, windowSeconds: 10 },
  failedAuthentication: { quota: 30, windowSeconds: 60 },
};
