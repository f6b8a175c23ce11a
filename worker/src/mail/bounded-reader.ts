/** Reads mails into memory, as far as there is room for them. */
import type { SMTPServerDataStream } from 'smtp-server';

export type BoundedRead = { kind: 'read'; content: Uint8Array } | { kind: 'too_large' } | { kind: 'crowded' };

export interface BoundedReader {
  /** `hangUp` is called where a sender goes on and on. Rejects when the connection is lost. */
  read(stream: SMTPServerDataStream, hangUp: () => void): Promise<BoundedRead>;
}

/** `maxBytesAtOnce` counts the mails of every connection. */
export function createBoundedReader(limits: { maxBytes: number; maxBytesAtOnce: number }): BoundedReader {
  let held = 0;
  return {
    async read(stream, hangUp) {
      let chunks: Buffer[] = [];
      let size = 0;
      let crowded = false;
      const letGo = (): void => {
        held -= size;
        size = 0;
        chunks = [];
      };
      try {
        for await (const chunk of stream as AsyncIterable<Buffer>) {
          // One that is too large is read to its end, for only then may it be answered; one that never ends is not.
          if (stream.byteLength > 2 * limits.maxBytes) hangUp();
          if (crowded) continue;
          if (stream.sizeExceeded) {
            letGo();
            continue;
          }
          size += chunk.length;
          held += chunk.length;
          chunks.push(chunk);
          crowded = held > limits.maxBytesAtOnce;
          if (crowded) letGo();
        }
        if (stream.sizeExceeded) return { kind: 'too_large' };
        return crowded ? { kind: 'crowded' } : { kind: 'read', content: Buffer.concat(chunks) };
      } finally {
        letGo();
      }
    },
  };
}
