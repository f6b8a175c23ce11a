/**
 * Many readers of the event stream in a process of their own, so that their work is not the server's: each on a connection
 * of its own, by hand, for a crowd of fetches costs more than the server that is measured.
 * argv: url, keys (comma-separated), readers. Tells its parent `ready`, and for each marked event when
 * the last reader had it; ends when the last stream does.
 */
import { connect } from 'node:net';

const [url = '', keys = '', count = '0'] = process.argv.slice(2);
const { hostname, port } = new URL(url);
const keyList = keys.split(',');
const total = Number(count);

let opened = 0;
let closed = 0;
/** Marker → when each reader had it, in Unix milliseconds. */
const arrivals = new Map<string, number[]>();

function read(reader: number): void {
  const socket = connect({ host: hostname, port: Number(port) });
  const key = keyList[reader % keyList.length];
  let rest = '';
  let started = false;
  socket.setEncoding('utf8');
  socket.write(
    `GET /v1/events HTTP/1.1\r\nhost: crowd\r\nconnection: close\r\naccept: text/event-stream\r\nauthorization: Bearer ${key}\r\n\r\n`,
  );
  socket.on('data', (chunk: string) => {
    rest += chunk;
    if (!started && rest.includes('event: task.created')) {
      started = true;
      opened += 1;
      if (opened === total) process.send?.({ type: 'ready' });
    }
    // Chunks of the transfer may cut an event, but not often twice: keep the end of what was looked at.
    for (const match of rest.matchAll(/"artifactId":"(mark_\d+)"/g)) note(match[1] ?? '', reader);
    rest = rest.slice(-40).replaceAll(/mark_\d+"/g, '');
  });
  socket.on('close', () => {
    closed += 1;
    if (closed === total) process.exit(0);
  });
  socket.on('error', () => undefined);
}

const seen = new Set<string>();
function note(marker: string, reader: number): void {
  const once = `${marker} ${reader}`;
  if (seen.has(once)) return;
  seen.add(once);
  const times = arrivals.get(marker) ?? [];
  arrivals.set(marker, times);
  times.push(Date.now());
  if (times.length < total) return;
  process.send?.({ type: 'arrived', marker, last: Math.max(...times), closedEarly: closed });
}

process.on('disconnect', () => process.exit(0));
for (let reader = 0; reader < total; reader += 1) {
  // A crowd that comes in waves: the backlog of a listening socket is shorter than it.
  setTimeout(() => read(reader), Math.floor(reader / 50) * 20);
}
