/** The one place that talks HTTP: authentication, time-outs, retries, idempotency, typed errors. */
import {
  AbortedError,
  type ApiError,
  ConnectionError,
  TimeoutError,
  errorClassOf,
  type FieldError,
} from './errors.ts';

export interface TransportOptions {
  /** The bearer text of the next request: a key, or a token that may have been renewed. */
  bearer: () => string | Promise<string>;
  /** Sent with every request. */
  headers: Record<string, string>;
  baseUrl: string;
  /** Retries after the first attempt. */
  numRetries: number;
  /** Milliseconds for one attempt. */
  timeoutMs: number;
  fetch: typeof fetch;
}

/** Options that every method takes last. */
export interface RequestOptions {
  /** Ends the request, and its retries. */
  signal?: AbortSignal;
  /** Milliseconds for one attempt, instead of the client's. */
  timeoutMs?: number;
  /** Retries after the first attempt, instead of the client's. 0 means none. */
  numRetries?: number;
  /** Makes a POST safe to repeat; one is made up where none is given. */
  idempotencyKey?: string;
}

type QueryValue = string | number | boolean | undefined;

/** Values of a query: several of one name, and pairs as `name[key]`. */
export type Query = { [name: string]: QueryValue | QueryValue[] | Record<string, string> };

export interface Call {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  path: string;
  query?: Query;
  /** Sent as JSON. */
  body?: unknown;
  /** Sent as it is, in place of `body`. */
  file?: Uint8Array | Blob;
  headers?: Record<string, string>;
  /** The answer is read by the caller and may take any time: no time-out after the headers came. */
  stream?: boolean;
}

export class Transport {
  readonly #options: TransportOptions;

  constructor(options: TransportOptions) {
    this.#options = options;
  }

  /** Sends and parses a JSON answer; undefined for 204. */
  async json<T>(call: Call, options: RequestOptions = {}): Promise<T> {
    const response = await this.send(call, options);
    if (response.status === 204) return undefined as T;
    return (await response.json()) as T;
  }

  /** Sends until there is a good answer, or a reason not to try again. */
  async send(call: Call, options: RequestOptions = {}): Promise<Response> {
    const prepared = this.#prepare(call, options);
    const retries = options.numRetries ?? this.#options.numRetries;
    for (let attempt = 0; ; attempt++) {
      const request = await this.#authorize(prepared);
      const outcome = await this.#attempt(request, call, options);
      if ('response' in outcome) return outcome.response;
      if (attempt >= retries || !outcome.retry) throw outcome.error;
      await pause(outcome.afterMs ?? backoffMs(attempt), options.signal);
    }
  }

  /** A token may be renewed between two attempts. */
  async #authorize({ url, init }: PreparedRequest): Promise<PreparedRequest> {
    const headers = new Headers(init.headers);
    headers.set('authorization', `Bearer ${await this.#options.bearer()}`);
    return { url, init: { ...init, headers } };
  }

  #prepare(call: Call, options: RequestOptions): PreparedRequest {
    const url = new URL(this.#options.baseUrl.replace(/\/$/, '') + call.path);
    for (const [name, value] of queryPairs(call.query ?? {})) url.searchParams.append(name, value);
    const headers = new Headers({ accept: 'application/json', ...this.#options.headers, ...call.headers });
    // The same key on every attempt: a retried POST is the same request.
    if (call.method === 'POST') headers.set('idempotency-key', options.idempotencyKey ?? crypto.randomUUID());
    if (call.body !== undefined) headers.set('content-type', 'application/json');
    if (call.file !== undefined) headers.set('content-type', 'application/octet-stream');
    const body = call.file ?? (call.body === undefined ? undefined : JSON.stringify(call.body));
    const init: RequestInit = { method: call.method, headers, redirect: 'error' };
    if (body !== undefined) init.body = body as BodyInit;
    return { url: url.href, init };
  }

  async #attempt(
    request: PreparedRequest,
    call: Call,
    options: RequestOptions,
  ): Promise<{ response: Response } | FailedAttempt> {
    const timeoutMs = options.timeoutMs ?? this.#options.timeoutMs;
    const timer = new AbortController();
    const timeout = setTimeout(() => timer.abort(), timeoutMs);
    const signal =
      options.signal === undefined ? timer.signal : AbortSignal.any([timer.signal, options.signal]);
    try {
      const response = await this.#options.fetch(request.url, { ...request.init, signal });
      if (response.ok) {
        // A body is read within the same time, but for streams, which end when they end.
        if (call.stream === true) return { response };
        const bytes = response.status === 204 ? null : await response.arrayBuffer();
        return { response: new Response(bytes, { status: response.status, headers: response.headers }) };
      }
      return await failedAnswer(response);
    } catch (error) {
      if (options.signal?.aborted === true) {
        return { error: new AbortedError('the request was aborted', { cause: error }), retry: false };
      }
      const failure = timer.signal.aborted
        ? new TimeoutError(`no answer within ${timeoutMs} ms`, { cause: error })
        : new ConnectionError('the API could not be reached', { cause: error });
      return { error: failure, retry: true };
    } finally {
      clearTimeout(timeout);
    }
  }
}

interface PreparedRequest {
  url: string;
  init: RequestInit;
}

/** `status: ['QUEUED', 'RUNNING']` is sent as two values, `metadata: { order: '1' }` as `metadata[order]=1`. */
function queryPairs(query: Query): [string, string][] {
  return Object.entries(query).flatMap(([name, value]): [string, string][] => {
    if (value === undefined) return [];
    if (Array.isArray(value)) return value.map((one) => [name, String(one)]);
    if (typeof value !== 'object') return [[name, String(value)]];
    return Object.entries(value).map(([key, one]) => [`${name}[${key}]`, one]);
  });
}

// Told apart by a field: servers such as Hono's replace the global Response, so `instanceof` would not know fetch's.
interface FailedAttempt {
  error: Error;
  retry: boolean;
  /** The server's wish. */
  afterMs?: number;
}

async function failedAnswer(response: Response): Promise<FailedAttempt> {
  const problem = await readProblem(response);
  const error = new (errorClassOf(response.status))(problem);
  const afterMs = retryAfterMs(response.headers);
  return { error, retry: shouldRetry(response, problem.code), ...(afterMs === null ? {} : { afterMs }) };
}

function shouldRetry(response: Response, code: string): boolean {
  const wish = response.headers.get('x-should-retry');
  if (wish === 'true') return true;
  if (wish === 'false') return false;
  if (response.status === 409) return code === 'idempotency_in_progress';
  return response.status === 408 || response.status === 429 || response.status >= 500;
}

async function readProblem(response: Response): Promise<ConstructorParameters<typeof ApiError>[0]> {
  const body: unknown = await response.json().catch(() => null);
  const problem = typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
  const text = (name: string) => (typeof problem[name] === 'string' ? problem[name] : null);
  return {
    status: response.status,
    code: text('code') ?? 'unknown',
    title: text('title') ?? response.statusText,
    detail: text('detail') ?? '',
    requestId: text('requestId') ?? response.headers.get('x-request-id'),
    errors: Array.isArray(problem['errors']) ? (problem['errors'] as FieldError[]) : [],
    taskId: text('taskId'),
  };
}

const MAX_RETRY_AFTER_MS = 60_000;

/** Milliseconds that the server asks to wait, at most a minute; null where it does not. */
function retryAfterMs(headers: Headers): number | null {
  const value = headers.get('retry-after');
  if (value === null) return null;
  const seconds = Number(value);
  const ms = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(value) - Date.now();
  return Number.isFinite(ms) ? Math.min(Math.max(ms, 0), MAX_RETRY_AFTER_MS) : null;
}

/** 0.5 s, doubled up to 8 s, less up to a quarter so that clients do not come back all at once. */
function backoffMs(attempt: number): number {
  return Math.min(500 * 2 ** attempt, 8_000) * (1 - Math.random() / 4);
}

/** Waits, or throws an `AbortedError` as soon as the signal fires. */
export function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const aborted = () => {
      clearTimeout(timer);
      reject(new AbortedError('the request was aborted'));
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', aborted);
      resolve();
    }, ms);
    if (signal?.aborted === true) aborted();
    else signal?.addEventListener('abort', aborted, { once: true });
  });
}
