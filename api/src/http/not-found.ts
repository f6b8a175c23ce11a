import type { Hono } from 'hono';
import type { ApiEnv } from '../deps.ts';
import type { Operation } from './operation.ts';
import { problem } from './problems.ts';

/** Answers what no route took: 405 with the methods that would have been right, else 404. */
export function answerUnrouted(app: Hono<ApiEnv>, operations: readonly Operation[]): void {
  const paths = new Map<string, { pattern: RegExp; methods: Set<string> }>();
  for (const { route } of operations) {
    const known = paths.get(route.path) ?? { pattern: patternOf(route.path), methods: new Set() };
    known.methods.add(route.method.toUpperCase());
    if (route.method === 'get') known.methods.add('HEAD');
    paths.set(route.path, known);
  }
  app.notFound((c) => {
    for (const { pattern, methods } of paths.values()) {
      if (pattern.test(c.req.path)) {
        const allow = Array.from(methods).join(', ');
        return problem(c, 'method_not_allowed', { detail: `Allowed here: ${allow}.`, headers: { allow } });
      }
    }
    return problem(c, 'not_found', { detail: 'There is nothing at this path.' });
  });
}

/** `/v1/tasks/{id}` → the expression of every path of that form. Our paths hold no character to escape but the dot. */
function patternOf(path: string): RegExp {
  return new RegExp(`^${path.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+')}$`);
}
