import { expect, test } from 'vitest';
import { quieten, type QueueProblem } from './problem.ts';

const backend = (message: string): QueueProblem => ({
  kind: 'run',
  stage: 'backend',
  error: new Error(message),
});

test('an outage is told once in five seconds, another one at once', () => {
  const told: string[] = [];
  let now = 0;
  const report = quieten(
    ({ error }) => told.push(error.message),
    () => now,
  );
  report(backend('down'));
  report(backend('down'));
  report(backend('starting'));
  now = 5000;
  report(backend('down'));
  expect(told).toEqual(['down', 'starting', 'down']);
});

test('what a handler threw is always told', () => {
  const told: QueueProblem[] = [];
  const report = quieten((problem) => told.push(problem));
  const problem: QueueProblem = { kind: 'mail', stage: 'handler', error: new Error('same') };
  report(problem);
  report(problem);
  expect(told).toEqual([problem, problem]);
});
