/** What every write of a run carries, and what becomes of one whose fence is another's by now. */

/** A run's right to write: its task and the fence its claim raised. */
export interface RunRef {
  taskId: string;
  runId: string;
  fence: number;
}

export type Fenced<T> = { kind: 'ok'; value: T } | { kind: 'lost' };
