/** What is read of a mail before it is kept: as bytes, for nothing else of a stranger's mail can be trusted to be text. */

const MOST_HEADER_BYTES = 64 * 1024;
const MOST_ID_LETTERS = 1_000;

export interface RawMail {
  /** Empty where there is none. */
  messageId: string;
  body: Uint8Array;
}

/** Header and body part at the first empty line; a mail without one is all body. */
export function splitMail(content: Uint8Array): RawMail {
  const bytes = Buffer.from(content.buffer, content.byteOffset, content.byteLength);
  const crlf = bytes.indexOf('\r\n\r\n');
  const lf = bytes.indexOf('\n\n');
  const end = crlf >= 0 && (lf < 0 || crlf < lf) ? crlf + 4 : lf >= 0 ? lf + 2 : 0;
  return {
    messageId: messageIdOf(bytes.subarray(0, Math.min(end, MOST_HEADER_BYTES))),
    body: bytes.subarray(end),
  };
}

function messageIdOf(header: Buffer): string {
  // Folded lines are one: the id may stand on the next.
  const lines = header
    .toString('latin1')
    .replaceAll(/\r?\n[ \t]+/g, ' ')
    .split(/\r?\n/);
  const line = lines.find((text) => /^message-id[ \t]*:/i.test(text));
  return line === undefined
    ? ''
    : line
        .slice(line.indexOf(':') + 1)
        .trim()
        .slice(0, MOST_ID_LETTERS);
}
