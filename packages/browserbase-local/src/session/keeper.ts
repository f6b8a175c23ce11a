import { type CdpConnection, connectCdp } from '../cdp/connection.ts';
import type { Clock } from '../clock.ts';
import type { PendingDialog } from '../guard/dialogs.ts';
import { type GuardState, keepGuard } from '../guard/keep-guard.ts';
import type { GuardRules } from '../guard/rules.ts';
import { createDownloadShelf } from './downloads.ts';
import type { SessionFolders } from './folders.ts';
import { type TargetInfo, createTargetWatch } from './targets.ts';

/** A page that a person could look at. */
export type PageTarget = { readonly id: string; readonly url: string; readonly title: string };

/**
 * The session's own CDP connection, held from its start to its end: settings that Chromium ties to the connection
 * which made them stay in force while no client is connected: downloads, and the guard of a browser that is left alone.
 */
export type Keeper = {
  readonly pages: () => Promise<PageTarget[]>;
  /** Puts the browser under guard; resolves once the rules are in force, the earlier ones until then. */
  readonly guard: (rules: GuardRules) => Promise<GuardState>;
  /** Undefined where there never was one. */
  readonly guardState: () => GuardState | undefined;
  readonly liftGuard: () => Promise<GuardState | undefined>;
  /** The native dialog that a page waits on, as far as the guard knows. */
  readonly dialogOf: (targetId: string) => PendingDialog | undefined;
  /** Answers it, as only who was there when it opened can; false where the guard knows of none. */
  readonly answerDialog: (targetId: string, answer: Readonly<Record<string, unknown>>) => boolean;
  /** To be called before a client is let in: takes away pages and dialogs that would hang it. */
  readonly prepareForClient: (othersConnected: boolean) => Promise<void>;
  /** To be called after a client has gone: with it Chromium drops the settings that it had replaced. */
  readonly restoreSettings: () => Promise<void>;
  /** Lets go, after the downloads that have ended are in their place. */
  readonly close: () => Promise<void>;
};

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/** Makes Chromium put every download where it is looked for, and puts each finished one in its place. */
const keepDownloads = (
  connection: CdpConnection,
  folders: SessionFolders,
  clock: Clock,
  onBegin: (frameId: string) => void,
) => {
  const shelf = createDownloadShelf(folders, clock);
  connection.on('Browser.downloadWillBegin', ({ guid, suggestedFilename, frameId }) => {
    shelf.begin(text(guid), text(suggestedFilename));
    onBegin(text(frameId));
  });
  connection.on('Browser.downloadProgress', ({ guid, state, filePath }) => {
    const written = typeof filePath === 'string' ? filePath : undefined;
    if (state === 'completed') shelf.complete(text(guid), written);
    if (state === 'canceled') shelf.cancel(text(guid));
  });
  const allowIn = async (browserContextId?: string): Promise<void> => {
    await connection.send('Browser.setDownloadBehavior', {
      behavior: 'allowAndName',
      downloadPath: folders.incoming,
      eventsEnabled: true,
      ...(browserContextId !== undefined && { browserContextId }),
    });
  };
  return {
    settled: shelf.settled,
    allowIn,
    /** In the browser's own context and in those that clients made. */
    allow: async (): Promise<void> => {
      const { browserContextIds } = await connection.send('Target.getBrowserContexts');
      for (const id of [undefined, ...(browserContextIds as string[])]) await allowIn(id);
    },
  };
};

/** Knows the browser's pages; `onContext` is told of each context as its first page opens. */
const watchPages = (connection: CdpConnection, onContext: (browserContextId: string) => void) => {
  const watch = createTargetWatch();
  const contexts = new Set<string>();
  const seen = ({ targetInfo }: Record<string, unknown>): void => {
    const target = targetInfo as TargetInfo;
    watch.seen(target);
    const { browserContextId } = target;
    if (browserContextId === undefined || contexts.has(browserContextId)) return;
    contexts.add(browserContextId);
    onContext(browserContextId);
  };
  connection.on('Target.targetCreated', seen);
  connection.on('Target.targetInfoChanged', seen);
  connection.on('Target.targetDestroyed', ({ targetId }) => watch.gone(text(targetId)));
  const pages = async (): Promise<PageTarget[]> => {
    const { targetInfos } = await connection.send('Target.getTargets');
    return (targetInfos as TargetInfo[])
      .filter(({ type }) => type === 'page')
      .map(({ targetId, url, title }) => ({ id: targetId, url, title }));
  };
  return {
    pages,
    closeHanging: async (othersConnected: boolean): Promise<void> => {
      const open = await pages();
      // While somebody works in the browser, a page without a document may be one that is just opening.
      const hanging = open.filter(({ id }) => (othersConnected ? watch.isLeftOver(id) : watch.isEmpty(id)));
      if (hanging.length === open.length)
        await connection.send('Target.createTarget', { url: 'about:blank' });
      // One that has gone by itself is as good.
      const close = ({ id }: PageTarget) =>
        connection.send('Target.closeTarget', { targetId: id }).catch(() => ({}));
      await Promise.all(hanging.map(close));
    },
    downloadBegan: (frameId: string): void => watch.downloading(frameId),
  };
};

/** Connects to a browser and takes charge of it. `browserUrl` is its CDP endpoint. */
export const createKeeper = async (
  browserUrl: string,
  { folders, clock }: { readonly folders: SessionFolders; readonly clock: Clock },
): Promise<Keeper> => {
  const connection = await connectCdp(browserUrl);
  const guarded = keepGuard(browserUrl, clock);
  const downloads = keepDownloads(connection, folders, clock, (frameId) => pages.downloadBegan(frameId));
  const pages = watchPages(connection, (browserContextId) => {
    // A context may be gone again before it is told; then nothing can be downloaded in it.
    downloads.allowIn(browserContextId).catch(() => undefined);
  });
  await downloads.allow();
  await connection.send('Target.setDiscoverTargets', { discover: true });
  return {
    pages: pages.pages,
    guard: guarded.put,
    guardState: guarded.state,
    liftGuard: guarded.lift,
    dialogOf: guarded.dialogOf,
    answerDialog: guarded.answerDialog,
    prepareForClient: async (othersConnected) => {
      await guarded.closeDialogs();
      await pages.closeHanging(othersConnected);
    },
    restoreSettings: downloads.allow,
    close: async () => {
      await downloads.settled();
      guarded.close();
      connection.close();
    },
  };
};
