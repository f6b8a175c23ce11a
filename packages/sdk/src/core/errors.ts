/** Errors of the client: one class a cause, so that `instanceof` is enough to decide what to do. */

/** What the API says is wrong with one value of a request; `path` is dotted, '' is the whole body. */
export interface FieldError {
  path: string;
  code: string;
  message: string;
}

/** Anything that this client throws. */
export class CfdiLiveError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** The request never got an answer: DNS, TLS, connection. It was retried where that is safe. */
export class ConnectionError extends CfdiLiveError {}

/** No answer within the time-out of an attempt. */
export class TimeoutError extends ConnectionError {}

/** The caller's own signal ended the request. */
export class AbortedError extends CfdiLiveError {}

/** An answer with an error status. */
export class ApiError extends CfdiLiveError {
  /** HTTP status. */
  readonly status: number;
  /** From the API's closed list, such as `duplicate_ticket`; `unknown` when the answer was not the API's. */
  readonly code: string;
  /** Quote it when you ask for help. */
  readonly requestId: string | null;
  readonly detail: string;
  readonly errors: readonly FieldError[];
  /** The task in question, with `duplicate_ticket`, `external_id_taken` and `ticket_in_doubt`. */
  readonly taskId: string | null;

  constructor(parts: {
    status: number;
    code: string;
    title: string;
    detail: string;
    requestId: string | null;
    errors: readonly FieldError[];
    taskId: string | null;
  }) {
    super(`${parts.status} ${parts.code}: ${parts.detail === '' ? parts.title : parts.detail}`);
    this.status = parts.status;
    this.code = parts.code;
    this.requestId = parts.requestId;
    this.detail = parts.detail;
    this.errors = parts.errors;
    this.taskId = parts.taskId;
  }
}

/** 400 and 422. */
export class InvalidRequestError extends ApiError {}
/** 401. */
export class AuthenticationError extends ApiError {}
/** 403. */
export class PermissionError extends ApiError {}
/** 404, also for what belongs to another tenant or mode. */
export class NotFoundError extends ApiError {}
/** 409. */
export class ConflictError extends ApiError {}
/** 429. */
export class RateLimitError extends ApiError {}
/** 5xx. */
export class ServerError extends ApiError {}

/** A webhook whose signature, timestamp or headers are not good. */
export class WebhookVerificationError extends CfdiLiveError {}

/** A task ended otherwise than hoped; `task` has its `failure`. */
export class TaskNotCompletedError<T> extends CfdiLiveError {
  readonly task: T;
  constructor(message: string, task: T) {
    super(message);
    this.task = task;
  }
}

type ApiErrorClass = new (parts: ConstructorParameters<typeof ApiError>[0]) => ApiError;

/** The class for a status. */
export function errorClassOf(status: number): ApiErrorClass {
  if (status === 401) return AuthenticationError;
  if (status === 403) return PermissionError;
  if (status === 404) return NotFoundError;
  if (status === 409) return ConflictError;
  if (status === 429) return RateLimitError;
  if (status === 400 || status === 413 || status === 415 || status === 422) return InvalidRequestError;
  return status >= 500 ? ServerError : ApiError;
}
