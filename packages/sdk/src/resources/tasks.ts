import { AbortedError, ApiError, TaskNotCompletedError, TimeoutError } from '../core/errors.ts';
import { followEvents, type StreamOptions } from '../core/event-stream.ts';
import type { List } from '../core/pagination.ts';
import { path } from '../core/path.ts';
import { Resource } from '../core/resource.ts';
import { pause, type RequestOptions } from '../core/transport.ts';
import {
  isTerminal,
  type AnswerTask,
  type Artifact,
  type CreateTask,
  type CreateTaskBatch,
  type Event,
  type PageParams,
  type QueryOf,
  type RetryTask,
  type Session,
  type Step,
  type Task,
  type TaskBatch,
  type Upload,
} from '../types.ts';

export type ListTasksParams = QueryOf<'listTasks'>;

export interface WaitOptions extends RequestOptions {
  /** Milliseconds to wait in all; default 10 minutes. A `TimeoutError` then; the task goes on. */
  waitMs?: number;
  /** Told of every event while it waits. */
  onEvent?: (event: Event) => void;
}

const DEFAULT_WAIT_MS = 600_000;
const POLL_MS = 2_000;

/** Tickets on their way to an invoice. */
export class Tasks extends Resource {
  /** Takes a ticket on. A ticket that already has a task is a `ConflictError` with `taskId`. */
  create(params: CreateTask, options?: RequestOptions): Promise<Task> {
    return this.send('POST', '/v1/tasks', { body: params }, options);
  }

  /** Takes up to 100 tickets on, each by itself: a result for each, in their order. */
  createBatch(params: CreateTaskBatch, options?: RequestOptions): Promise<TaskBatch> {
    return this.send('POST', '/v1/tasks/batch', { body: params }, options);
  }

  get(id: string, options?: RequestOptions): Promise<Task> {
    return this.send('GET', path`/v1/tasks/${id}`, {}, options);
  }

  /** Newest first. Await it for one page, iterate it for all. */
  list(params: ListTasksParams = {}, options?: RequestOptions): List<Task> {
    return this.pages('/v1/tasks', params, options);
  }

  /** Ends a waiting task; asks a running one to stop. An invoice that is already made still completes the task. */
  cancel(id: string, options?: RequestOptions): Promise<Task> {
    return this.send('POST', path`/v1/tasks/${id}/cancel`, {}, options);
  }

  /** Asks a task at work to stop at the next safe point; `task.paused` tells that it did. */
  pause(id: string, options?: RequestOptions): Promise<Task> {
    return this.send('POST', path`/v1/tasks/${id}/pause`, {}, options);
  }

  /** Sends a task on that waits for a person or is paused, and hands control back. Takes a pause back that was only asked for. */
  resume(id: string, options?: RequestOptions): Promise<Task> {
    return this.send('POST', path`/v1/tasks/${id}/resume`, {}, options);
  }

  /**
   * Gives a waiting task the characters of its picture (`intervention.pictureArtifactId`), or the code that the portal sent, and
   * sends it on. A `ConflictError` where no text helps (`intervention.answerable`).
   */
  answer(id: string, params: AnswerTask, options?: RequestOptions): Promise<Task> {
    return this.send('POST', path`/v1/tasks/${id}/answer`, { body: params }, options);
  }

  /**
   * Takes control of a task's browser. It is yours where `control.since` is a time; otherwise wait for `task.takeover_started`. A
   * `ConflictError` with code `lease_held` where somebody else has it. Hand it back by `resume`.
   */
  takeOver(id: string, options?: RequestOptions): Promise<Task> {
    return this.send('POST', path`/v1/tasks/${id}/takeover`, {}, options);
  }

  /**
   * Hands over the CFDI of a task that you got elsewhere: an XML, or a ZIP of XML and PDF, of at most 8 MB. It is proven like any
   * other; `task.document_received` with the upload's id tells what came of it.
   */
  uploadArtifact(id: string, file: Uint8Array | Blob, options?: RequestOptions): Promise<Upload> {
    return this.send('POST', path`/v1/tasks/${id}/artifacts`, { file }, options);
  }

  /** A new task for the ticket of a failed one, with what was wrong put right. Refused while the ticket is in doubt or issued. */
  retry(id: string, params: RetryTask = {}, options?: RequestOptions): Promise<Task> {
    return this.send('POST', path`/v1/tasks/${id}/retry`, { body: params }, options);
  }

  /** The task's browser session: its state and times. */
  session(id: string, options?: RequestOptions): Promise<Session> {
    return this.send('GET', path`/v1/tasks/${id}/session`, {}, options);
  }

  /** What was done in the browser, newest first. */
  steps(id: string, params: PageParams = {}, options?: RequestOptions): List<Step> {
    return this.pages(path`/v1/tasks/${id}/steps`, params, options);
  }

  /** The files of a task: the CFDI's XML and PDF. */
  artifacts(id: string, params: PageParams = {}, options?: RequestOptions): List<Artifact> {
    return this.pages(path`/v1/tasks/${id}/artifacts`, params, options);
  }

  /**
   * Follows a task's events from its first one (or after `lastEventId`), over broken connections, each event once.
   * Ends after the task's last event.
   */
  async *events(id: string, options: StreamOptions = {}): AsyncGenerator<Event> {
    const call = { method: 'GET' as const, path: path`/v1/tasks/${id}/events` };
    for await (const message of followEvents(this.transport, call, options)) {
      // `reset`: the place in the log is gone; what follows begins at its start.
      if (message.event === 'reset') continue;
      const event = JSON.parse(message.data) as Event;
      yield event;
      if (event.type === 'task.completed' || event.type === 'task.failed' || event.type === 'task.cancelled')
        return;
    }
  }

  /** Waits until the task has ended, by its events, by asking where they cannot be had. Never throws for how it ended. */
  async waitFor(id: string, options: WaitOptions = {}): Promise<Task> {
    const { waitMs = DEFAULT_WAIT_MS, onEvent, signal, ...request } = options;
    const deadline = AbortSignal.timeout(waitMs);
    const both = signal === undefined ? deadline : AbortSignal.any([deadline, signal]);
    try {
      try {
        for await (const event of this.events(id, { ...request, signal: both })) onEvent?.(event);
      } catch (error) {
        // A proxy that does not let streams through: ask instead.
        if (
          !(error instanceof ApiError) ||
          error.status === 401 ||
          error.status === 403 ||
          error.status === 404
        )
          throw error;
      }
      for (;;) {
        const task = await this.get(id, { ...request, signal: both });
        if (isTerminal(task.status)) return task;
        await pause(POLL_MS, both);
      }
    } catch (error) {
      if (error instanceof AbortedError && deadline.aborted && signal?.aborted !== true) {
        throw new TimeoutError(`the task did not end within ${waitMs} ms`, { cause: error });
      }
      throw error;
    }
  }

  /** Creates, waits, and returns the completed task; any other end is a `TaskNotCompletedError`. */
  async createAndWait(params: CreateTask, options: WaitOptions = {}): Promise<Task> {
    const { idempotencyKey, ...waiting } = options;
    const created = await this.create(params, {
      ...waiting,
      ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
    });
    const task = await this.waitFor(created.id, waiting);
    if (task.status === 'COMPLETED') return task;
    const why = task.failure === null ? task.status : `${task.failure.code}: ${task.failure.message.en}`;
    throw new TaskNotCompletedError(`task ${task.id} ended as ${why}`, task);
  }
}
