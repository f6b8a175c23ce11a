/** Looks at every answer of our API that passes through a `fetch`, and holds it against the committed document. */
import { createParser } from 'eventsource-parser';
import type { Description } from '../api/described.ts';

export interface AnswerWatch {
  /** The same as the given one, to its callers. */
  fetch: typeof fetch;
  /** Looks at the body of a webhook that a test received. */
  webhook(body: string): void;
  /** What the document does not describe, since the last time; waits for answers that are being looked at. */
  violations(): Promise<string[]>;
}

export function watchAnswers(plainFetch: typeof fetch): AnswerWatch {
  const found: string[] = [];
  const pending = new Set<Promise<void>>();
  let description: Promise<Description> | undefined;
  // Only a test that talks to the API needs it.
  const describe = () => (description ??= import('../api/described.ts').then((it) => it.loadDescription()));

  const watched: typeof fetch = async (input, init) => {
    const response = await plainFetch(input, init);
    const method = (init?.method ?? (input instanceof Request ? input.method : 'GET')).toUpperCase();
    const { pathname } = new URL(input instanceof Request ? input.url : input);
    const isOurs = response.headers.has('api-version') && /^\/(v1|health)\//.test(pathname);
    if (!isOurs || method === 'OPTIONS') return response;
    const note = (error: unknown): void =>
      void found.push(`${method} ${pathname} ${response.status}: ${String(error)}`);
    const type = response.headers.get('content-type') ?? '';
    if (type.startsWith('text/event-stream')) return withCheckedEvents(response, await describe(), note);
    if (!type.includes('json')) return response;
    const { status, headers } = response;
    const look = async (text: string): Promise<void> => {
      const { check } = await describe();
      await check(method, pathname, new Response(text, { status, headers })).catch(note);
    };
    // A test that gives up on an answer half-way has nothing to look at.
    const looked = response
      .clone()
      .text()
      .then(look, () => undefined)
      .finally(() => pending.delete(looked));
    pending.add(looked);
    return response;
  };
  const webhook = (body: string): void => {
    const looked = describe()
      .then(({ checkEvent }) => checkEvent(JSON.parse(body)))
      .catch((error: unknown) => void found.push(`webhook: ${String(error)}`))
      .finally(() => pending.delete(looked));
    pending.add(looked);
  };
  return {
    fetch: watched,
    webhook,
    async violations() {
      await Promise.all(pending);
      return found.splice(0);
    },
  };
}

/** The same stream: its events are looked at as the reader takes them, so a slow reader stays slow. */
function withCheckedEvents(
  response: Response,
  { checkEvent }: Description,
  note: (error: unknown) => void,
): Response {
  const parser = createParser({
    onEvent: ({ event, data }) => {
      try {
        if (event !== 'reset') checkEvent(JSON.parse(data));
      } catch (error) {
        note(error);
      }
    },
  });
  const decoder = new TextDecoder();
  const look = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      parser.feed(decoder.decode(chunk, { stream: true }));
      controller.enqueue(chunk);
    },
  });
  return new Response(response.body?.pipeThrough(look) ?? null, response);
}
