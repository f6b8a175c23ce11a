/** Whether a request is let in, and what its answer says of the limits (`RateLimit` and `RateLimit-Policy` fields). */
import { actorOf, type Principal, type TenantScope } from '@cfdi-live/domain';
import { createLeases } from './leases.ts';
import type { Policies, Policy } from './policies.ts';
import { createCounter, type LimitStore, type Taken } from './store.ts';

/** How long a tenant's plan is taken for known. */
const PLAN_KNOWN_MS = 60_000;

export interface Verdict {
  granted: boolean;
  headers: Readonly<Record<string, string>>;
}

export interface RequestLimits {
  /** Counts one request of a caller and of its tenant; null: its plan has no limits. */
  countRequest(principal: Principal): Promise<Verdict | null>;
  /** Counts a key or token that was refused. False: this address had too many of them, and may go on only in `retryAfter`. */
  countFailure(address: string): Promise<{ granted: boolean; retryAfter: number }>;
}

export interface RequestLimitsDeps {
  store: LimitStore;
  policies: Policies;
  planOf: (scope: TenantScope) => Promise<'standard' | 'unlimited'>;
}

export function createRequestLimits({ store, policies, planOf }: RequestLimitsDeps): RequestLimits {
  const { caller, tenant, failedAuthentication } = policies;
  const takeFailure = createCounter(store, 'failed-authentication', failedAuthentication);
  const plans = createPlans(planOf);
  const ofCaller = createLeases(createCounter(store, 'caller', caller), caller);
  const ofTenant = createLeases(createCounter(store, 'tenant', tenant), tenant);

  return {
    async countRequest(principal) {
      if ((await plans(principal)) === 'unlimited') return null;
      const own = await ofCaller(`${principal.mode}:${actorOf(principal)}`);
      if (!own.granted) return verdictOf([['caller', caller, own]]);
      const whole = await ofTenant(`${principal.mode}:${principal.tenantId}`);
      return verdictOf([
        ['caller', caller, own],
        ['tenant', tenant, whole],
      ]);
    },
    async countFailure(address) {
      const { granted, msToNext } = await takeFailure(address, 1);
      return { granted, retryAfter: secondsOf(msToNext) };
    },
  };
}

function createPlans(planOf: RequestLimitsDeps['planOf']): RequestLimitsDeps['planOf'] {
  const known = new Map<string, { plan: ReturnType<typeof planOf>; until: number }>();
  return (scope) => {
    const now = performance.now();
    const entry = known.get(scope.tenantId);
    if (entry !== undefined && entry.until > now) return entry.plan;
    for (const [tenantId, { until }] of known) {
      if (until > now) break;
      known.delete(tenantId); // insertion order is age
    }
    const plan = planOf(scope).catch((error: unknown) => {
      known.delete(scope.tenantId);
      throw error;
    });
    known.delete(scope.tenantId);
    known.set(scope.tenantId, { plan, until: now + PLAN_KNOWN_MS });
    return plan;
  };
}

function verdictOf(counted: readonly (readonly [name: string, policy: Policy, taken: Taken])[]): Verdict {
  const refused = counted.find(([, , { granted }]) => !granted);
  const each = (text: (name: string, policy: Policy, taken: Taken) => string) =>
    counted.map(([name, policy, taken]) => `"${name}";${text(name, policy, taken)}`).join(', ');
  return {
    granted: refused === undefined,
    headers: {
      'ratelimit-policy': each((_, { quota, windowSeconds }) => `q=${quota};w=${windowSeconds}`),
      ratelimit: each((_, __, { remaining, msToNext }) => `r=${remaining};t=${secondsOf(msToNext)}`),
      ...(refused === undefined ? {} : { 'retry-after': String(secondsOf(refused[2].msToNext)) }),
    },
  };
}

function secondsOf(ms: number): number {
  return Math.max(1, Math.ceil(ms / 1000));
}
