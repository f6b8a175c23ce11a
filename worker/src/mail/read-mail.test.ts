import { describe, expect, it } from 'vitest';
import { mailboxAddress, tokenOf } from './address.ts';
import { splitMail } from './raw-mail.ts';
import { readMail } from './read-mail.ts';

const XML =
  '<?xml version="1.0"?><cfdi:Comprobante xmlns:cfdi="http://www.sat.gob.mx/cfd/4" Total="1.00"></cfdi:Comprobante>';
const part = (type: string, body: string) => `--b\r\nContent-Type: ${type}\r\n\r\n${body}\r\n`;
const multipart = (parts: string) =>
  Buffer.from(`MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n${parts}--b--\r\n`);

describe('a mail', () => {
  it('gives the documents of its attachments, whatever they are called', async () => {
    const attached = `--b\r\nContent-Type: image/png; name="x.png"\r\nContent-Disposition: attachment\r\nContent-Transfer-Encoding: base64\r\n\r\n${Buffer.from(XML).toString('base64')}\r\n`;
    const mail = await readMail(multipart(part('text/plain', 'Hola') + attached));
    expect(mail?.documents).toMatchObject([{ kind: 'xml', source: 'mail' }]);
  });

  it('gives the CFDI that stands in its text', async () => {
    const mail = await readMail(Buffer.from(`Subject: x\r\n\r\nEstimado cliente:\r\n${XML}\r\nSaludos`));
    expect(mail?.documents).toMatchObject([{ kind: 'xml' }]);
  });

  it('of nothing but noise gives nothing', async () => {
    for (const bytes of [Buffer.alloc(0), Buffer.alloc(5000, 0), Buffer.alloc(5000, 0xff)])
      expect((await readMail(bytes))?.documents ?? []).toEqual([]);
  });

  it('nested deeper than any honest one is not read', async () => {
    const open = (n: number) => `Content-Type: multipart/mixed; boundary=b${n}\r\n\r\n--b${n}\r\n`;
    const nested = Array.from({ length: 60 }, (_, n) => open(n)).join('');
    expect(await readMail(Buffer.from(nested))).toBeNull();
  });

  it('of ten thousand parts is read no further than fifty of them, in no time', async () => {
    const started = performance.now();
    const attached = `--b\r\nContent-Type: application/xml\r\nContent-Disposition: attachment\r\n\r\n${XML}`;
    const parts = Array.from({ length: 10_000 }, (_, n) => `${attached}<!--${n}-->\r\n`).join('');
    expect((await readMail(multipart(parts)))?.documents.length ?? 0).toBeLessThanOrEqual(50);
    expect(performance.now() - started).toBeLessThan(5_000);
  });
});

describe('the two parts of a mail', () => {
  it.each([
    ['\r\n', 'Received: x\r\nMESSAGE-ID: <a@b>\r\n\r\nbody'],
    ['\n', 'message-id:\n <a@b>\n\nbody'],
  ])('are told apart by an empty line', (_, text) => {
    const { messageId, body } = splitMail(Buffer.from(text));
    expect([messageId, Buffer.from(body).toString()]).toEqual(['<a@b>', 'body']);
  });

  it('are one where there is none, and an id in the body is none', () => {
    expect(splitMail(Buffer.from('no header'))).toMatchObject({ messageId: '' });
    expect(splitMail(Buffer.from('A: b\r\n\r\nMessage-ID: <x>'))).toMatchObject({ messageId: '' });
  });
});

describe('an address', () => {
  const token = 'abcdefghijklmnopqrstuv23';
  it('tells its token, and no other does', () => {
    expect(tokenOf(mailboxAddress(token, 'in.example.mx'), 'in.example.mx')).toBe(token);
    expect(tokenOf(`T-${token.toUpperCase()}@IN.Example.MX`, 'in.example.mx')).toBe(token);
    for (const other of [
      `${token}@in.example.mx`,
      `t-${token}@x.in.example.mx`,
      `t-${token}x@in.example.mx`,
      't-@in.example.mx',
      token,
    ])
      expect(tokenOf(other, 'in.example.mx')).toBeNull();
  });
});
