import { type CdpConnection, connectCdp } from '../cdp/connection.ts';
import type { Clock } from '../clock.ts';
import { createDownloadShelf } from './downloads.ts';
import type { SessionFolders } from './folders.ts';
import { type TargetInfo, createTargetWatch } from './targets.ts';

/** A page that a person could look at. */
export type PageTarget = { readonly id: string; readonly url: string; readonly title: string };

/**
 * The session's own CDP connection, held from its start to its end: settings that Chromium ties to the connection
 * which made them stay in force while no client is connected. Downloads today; guards of requests have their place here.
 */
export type Keeper = {
  readonly pages: () => Promise<PageTarget[]>;
  /** To be called before a client is let in: takes away pages that would hang it. */
  readonly prepareForClient: (othersConnected: boolean) => Promise<void>;
  /** To be called after a client has gone: with it Chromium drops the settings that it had replaced. */
  readonly restoreSettings: () => Promise<void>;
  /** Lets go, after the downloads that have ended are in their place. */
  readonly close: () => Promise<void>;
};

type EventParams = Record<string, unknown>;
type EventHandlers = Readonly<Record<string, (params: EventParams) => void>>;

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

const pagesOf = async (connection: CdpConnection): Promise<PageTarget[]> => {
  const { targetInfos } = await connection.send('Target.getTargets');
  return (targetInfos as TargetInfo[])
    .filter(({ type }) => type === 'page')
    .map(({ targetId, url, title }) => ({ id: targetId, url, title }));
};

/** Connects to a browser and takes charge of it. `browserUrl` is its CDP endpoint. */
export const createKeeper = async (
  browserUrl: string,
  { folders, clock }: { readonly folders: SessionFolders; readonly clock: Clock },
): Promise<Keeper> => {
  const shelf = createDownloadShelf(folders, clock);
  const targets = createTargetWatch();
  const seen = (params: EventParams): void => targets.seen(params['targetInfo'] as TargetInfo);
  const handlers: EventHandlers = {
    'Target.targetCreated': seen,
    'Target.targetInfoChanged': seen,
    'Target.targetDestroyed': ({ targetId }) => targets.gone(text(targetId)),
    'Browser.downloadWillBegin': ({ guid, suggestedFilename, frameId }) => {
      shelf.begin(text(guid), text(suggestedFilename));
      targets.downloading(text(frameId));
    },
    'Browser.downloadProgress': ({ guid, state, filePath }) => {
      if (state === 'completed')
        shelf.complete(text(guid), typeof filePath === 'string' ? filePath : undefined);
      if (state === 'canceled') shelf.cancel(text(guid));
    },
  };
  const connection = await connectCdp(browserUrl, (method, params) => handlers[method]?.(params));
  const restoreSettings = async (): Promise<void> => {
    await connection.send('Browser.setDownloadBehavior', {
      behavior: 'allowAndName',
      downloadPath: folders.incoming,
      eventsEnabled: true,
    });
  };
  await restoreSettings();
  await connection.send('Target.setDiscoverTargets', { discover: true });
  return {
    pages: () => pagesOf(connection),
    prepareForClient: async (othersConnected) => {
      // While somebody works in the browser, an empty page may be one that is just opening.
      const hangs = othersConnected ? targets.isLeftOver : targets.isEmpty;
      const open = await pagesOf(connection);
      const doomed = open.filter(({ id }) => hangs(id));
      if (doomed.length === open.length) await connection.send('Target.createTarget', { url: 'about:blank' });
      for (const { id } of doomed)
        await connection.send('Target.closeTarget', { targetId: id }).catch(() => undefined);
    },
    restoreSettings,
    close: async () => {
      await shelf.settled();
      connection.close();
    },
  };
};
