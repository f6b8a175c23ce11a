/** A DNS server for one test: UDP on loopback, answers as told. */
import { createSocket } from 'node:dgram';

export interface DnsServer {
  /** `address:port`, as resolvers take it. */
  server: string;
  /** Names that were asked for an IPv4 address, in their order. */
  asked: string[];
  close(): Promise<void>;
}

const TYPE_A = 1;
const HEADER_BYTES = 12;

/** `answer` gives the IPv4 addresses of a name each time that somebody asks; of other records there are none. */
export async function startDns(answer: (name: string) => readonly string[]): Promise<DnsServer> {
  const socket = createSocket('udp4');
  const asked: string[] = [];
  socket.on('message', (query, from) => {
    const { name, type, end } = questionOf(query);
    let addresses: readonly string[] = [];
    if (type === TYPE_A) {
      asked.push(name);
      addresses = answer(name);
    }
    const header = Buffer.from(query.subarray(0, HEADER_BYTES));
    header.writeUInt16BE(0x8180, 2); // an answer, recursion available, no error
    header.writeUInt16BE(addresses.length, 6);
    header.fill(0, 8); // no authority, no additional records
    const records = addresses.map((address) =>
      // Name as in the question, type A, class IN, TTL 0, four bytes.
      Buffer.from([0xc0, HEADER_BYTES, 0, TYPE_A, 0, 1, 0, 0, 0, 0, 0, 4, ...address.split('.').map(Number)]),
    );
    socket.send(
      Buffer.concat([header, query.subarray(HEADER_BYTES, end), ...records]),
      from.port,
      from.address,
    );
  });
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  return {
    server: `127.0.0.1:${socket.address().port}`,
    asked,
    close: () => new Promise((resolve) => socket.close(() => resolve())),
  };
}

function questionOf(query: Buffer): { name: string; type: number; end: number } {
  const labels: string[] = [];
  let at = HEADER_BYTES;
  for (let length = query.readUInt8(at); length > 0; length = query.readUInt8(at)) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { name: labels.join('.').toLowerCase(), type: query.readUInt16BE(at + 1), end: at + 5 };
}
