/** Load over keep-alive HTTP/1.1: a few connections, each with one request under way. As little of it as will do. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

export interface LoadRequest {
  path: string;
  headers: Readonly<Record<string, string>>;
  body: string;
}

export interface LoadOptions {
  /** `http://host:port` */
  url: string;
  connections: number;
  milliseconds: number;
  /** Every answer must have it. */
  status: number;
  next: () => LoadRequest;
}

export interface LoadResult {
  perSecond: number;
  /** Median and 99th percentile, in milliseconds. */
  p50: number;
  p99: number;
}

/** Rejects when an answer has another status than expected: what refuses fast must not count. */
export async function load(options: LoadOptions): Promise<LoadResult> {
  const url = new URL(options.url);
  const latencies: number[] = [];
  const began = performance.now();
  const until = began + options.milliseconds;
  await Promise.all(
    Array.from({ length: options.connections }, async () => {
      const socket = connect(Number(url.port), url.hostname);
      socket.setNoDelay(true);
      await once(socket, 'connect');
      try {
        while (performance.now() < until) {
          const sent = performance.now();
          await exchange(socket, url.host, options);
          latencies.push(performance.now() - sent);
        }
      } finally {
        socket.destroy();
      }
    }),
  );
  const seconds = (performance.now() - began) / 1000;
  latencies.sort((a, b) => a - b);
  const at = (part: number) => latencies[Math.floor(latencies.length * part)] ?? 0;
  return { perSecond: latencies.length / seconds, p50: at(0.5), p99: at(0.99) };
}

/** One request, and its answer to the end. Our servers always say how long a body is. */
function exchange(socket: Socket, host: string, { next, status }: LoadOptions): Promise<void> {
  const { path, headers, body } = next();
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.write(
    `POST ${path} HTTP/1.1\r\nhost: ${host}\r\ncontent-type: application/json\r\n` +
      `content-length: ${Buffer.byteLength(body)}\r\n${lines.join('')}\r\n${body}`,
  );
  return new Promise((resolve, reject) => {
    let answer = '';
    const settle = (how: () => void): void => {
      socket.off('data', onData).off('close', onClose);
      how();
    };
    const onClose = (): void => settle(() => reject(new Error('the server hung up')));
    const onData = (chunk: Buffer): void => {
      answer += chunk.toString('latin1');
      const headEnd = answer.indexOf('\r\n\r\n');
      if (headEnd < 0) return;
      const length = /\r\ncontent-length: (\d+)/i.exec(answer.slice(0, headEnd))?.[1];
      if (length === undefined) return settle(() => reject(new Error('an answer without its length')));
      if (answer.length < headEnd + 4 + Number(length)) return;
      const got = Number(answer.slice(9, 12));
      if (got !== status)
        return settle(() => reject(new Error(`status ${got}: ${answer.slice(headEnd + 4)}`)));
      settle(resolve);
    };
    socket.on('data', onData).on('close', onClose);
  });
}
