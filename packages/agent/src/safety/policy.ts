/** The rule for one request, as a pure function: may it leave? */
import { isListedUrl } from '@cfdi-live/domain';
import {
  hostOf,
  inScope,
  isAllowedPrivate,
  isCaptchaPlace,
  isPrivateHost,
  parseUrl,
  portOf,
} from './hosts.ts';
import type { PortalScope } from './hosts.ts';
import { holdsValue } from './leaks.ts';

/** What the guard is told about the task. The values are in clear, in memory only. */
export interface GuardPolicy {
  portalUrl: string;
  /** `host`, `host:port` or `*.host` of private portals that the operator allows; empty in production. */
  allowedPrivateHosts: readonly string[];
  /** Nothing else leaves, to whatever host and of whatever kind (`host` or `host:port`): the sandbox. Null: no such bound. */
  onlyHosts?: readonly string[] | null;
  /** Everything of the task that must not leave for another host. */
  values(): readonly string[];
  /** Whether values of the task may have been typed in this session before. The driver knows of its own typing. */
  valuesTyped(): boolean;
  /** Third parties that an earlier run of this session learnt (see `GuardState`). */
  learnt?: readonly string[];
  /** Further hosts that the vendor directory knows to belong to this portal (its platform's), as addresses. */
  alsoPortals?: readonly string[];
}

export interface RequestFacts {
  url: string;
  method: string;
  /** Protocol's name: Document, XHR, Fetch, Script, Image … */
  resourceType: string;
  /** A navigation of a whole tab, rather than of a frame in it. */
  topLevel: boolean;
  serviceWorkerScript: boolean;
  /** The Referer header, which a page can make the whole of its own address; '' when there is none. */
  referrer: string;
}

export interface GuardState {
  scopes: readonly PortalScope[];
  allowedPrivateHosts: readonly string[];
  onlyHosts: readonly string[] | null;
  values: readonly string[];
  typed: boolean;
  /** `host:port` of third parties that were called before the first value was typed. */
  learnt: ReadonlySet<string>;
}

export type RefusalReason =
  | 'scheme'
  | 'private_address'
  | 'outside_sandbox'
  | 'service_worker'
  | 'foreign_navigation'
  | 'foreign_frame'
  | 'foreign_request'
  | 'value_in_address';

export type Verdict =
  { allow: true; portal: boolean; learn: string | null } | { allow: false; reason: RefusalReason };

const PASSIVE = new Set(['Script', 'Stylesheet', 'Font', 'Image', 'Media', 'Manifest', 'TextTrack', 'Other']);
const CALLS = new Set(['XHR', 'Fetch', 'EventSource', 'Preflight']);
const ALLOWED = { allow: true, portal: false, learn: null } as const satisfies Verdict;

export function judge(request: RequestFacts, state: GuardState): Verdict {
  const url = parseUrl(request.url);
  if (url === null) return refused('scheme');
  if (url.protocol === 'data:' || url.protocol === 'blob:' || url.protocol === 'about:') {
    return request.topLevel && url.protocol === 'data:' ? refused('scheme') : ALLOWED;
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return refused('scheme');
  // The page then works without one; and no request can be answered or sent out of the guard's sight.
  if (request.serviceWorkerScript) return refused('service_worker');
  if (state.onlyHosts !== null && !isListedUrl(url, state.onlyHosts)) return refused('outside_sandbox');
  if (isPrivateHost(hostOf(url)) && !isAllowedPrivate(url, state.allowedPrivateHosts))
    return refused('private_address');
  if (state.scopes.some((scope) => inScope(scope, url))) return { allow: true, portal: true, learn: null };
  return judgeForeign(request, url, state);
}

function judgeForeign(request: RequestFacts, url: URL, state: GuardState): Verdict {
  if (request.topLevel) return refused('foreign_navigation');
  const leaks = holdsValue(url.href, state.values) || holdsValue(request.referrer, state.values);
  if (isCaptchaPlace(url)) return leaks ? refused('value_in_address') : ALLOWED;
  if (request.resourceType === 'Document') return refused('foreign_frame');
  if (PASSIVE.has(request.resourceType)) {
    if (request.method !== 'GET') return refused('foreign_request');
    return leaks ? refused('value_in_address') : ALLOWED;
  }
  if (!CALLS.has(request.resourceType)) return refused('foreign_request');
  const place = `${hostOf(url)}:${portOf(url)}`;
  if (state.learnt.has(place)) return ALLOWED;
  if (state.typed) return refused('foreign_request');
  return leaks ? refused('value_in_address') : { ...ALLOWED, learn: place };
}

function refused(reason: RefusalReason): Verdict {
  return { allow: false, reason };
}
