import { describe, expect, it } from 'vitest';
import { sessionFolders } from '../session/folders.ts';
import { translateCommand } from './client-commands.ts';

const folders = sessionFolders('/data/sessions', 'abc');
const translate = (message: unknown): unknown =>
  JSON.parse(translateCommand(JSON.stringify(message), folders).text);

describe('what a client sends to Chromium', () => {
  it('passes to the letter where no path is in it', () => {
    const text = '{ "id": 1,  "method": "Page.navigate", "params": {"url": "http://x/"} }';
    expect(translateCommand(text, folders)).toEqual({
      text,
      command: { method: 'Page.navigate', params: { url: 'http://x/' } },
    });
    for (const noCommand of ['', '{', '[]', 'null', '{"id":1}', '{"id":1,"method":2}']) {
      expect(translateCommand(noCommand, folders)).toEqual({ text: noCommand, command: undefined });
    }
  });

  it.each(['allow', 'allowAndName'])(
    'downloads into the folder of the session, each file by itself (%s)',
    (behavior) => {
      const params = { behavior, downloadPath: 'downloads', eventsEnabled: true, browserContextId: 'C' };
      expect(translate({ id: 7, sessionId: 'S', method: 'Browser.setDownloadBehavior', params })).toEqual({
        id: 7,
        sessionId: 'S',
        method: 'Browser.setDownloadBehavior',
        params: {
          behavior: 'allowAndName',
          downloadPath: '/data/sessions/abc/downloads',
          eventsEnabled: true,
          browserContextId: 'C',
        },
      });
    },
  );

  it('may still forbid downloads', () => {
    const deny = { id: 1, method: 'Browser.setDownloadBehavior', params: { behavior: 'deny' } };
    expect(translate(deny)).toEqual(deny);
  });

  it('finds uploaded files in the folder of the session and nowhere above it', () => {
    const files = ['/tmp/.uploads/a.xml', '/tmp/.uploads/../../etc/passwd', '/home/me/b.xml'];
    expect(translate({ id: 1, method: 'DOM.setFileInputFiles', params: { files, nodeId: 3 } })).toMatchObject(
      {
        params: {
          files: ['/data/sessions/abc/uploads/a.xml', '/data/sessions/abc/uploads/passwd', '/home/me/b.xml'],
          nodeId: 3,
        },
      },
    );
  });
});
