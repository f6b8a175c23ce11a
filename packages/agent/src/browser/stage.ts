/** Everything that is set up once for a session: connection, guard, tabs, traffic, downloads. */
import { createCollector, type Collector } from '../documents/collector.ts';
import { followDownloads, type Downloads } from '../documents/downloads.ts';
import { createResponseReader, type ResponseReader } from '../documents/responses.ts';
import { createGuard, type Guard } from '../safety/guard.ts';
import { createActivity, type Activity } from './activity.ts';
import { connectCdp, type CdpConnection } from './cdp.ts';
import type { BrowserDriverOptions } from './options.ts';
import { createFrames, type Frames } from './frames.ts';
import { createTabs, type Tabs } from './tabs.ts';
import { followTargets, type Target, type TargetTree } from './targets.ts';

export interface Stage {
  readonly guard: Guard;
  readonly activity: Activity;
  readonly frames: Frames;
  readonly tabs: Tabs;
  readonly collector: Collector;
  readonly responses: ResponseReader;
  readonly downloads: Downloads;
  close(): Promise<void>;
}

/** Connects and puts the whole browser under guard. Rejects when the browser cannot be reached. */
export async function createStage(options: BrowserDriverOptions): Promise<Stage> {
  const context = options.browser.contexts()[0];
  if (context === undefined) throw new Error('the browser has no default context');
  const cdp = await connectCdp(options.connectUrl, options.signal);
  // Asked for only after the tree is there: the hooks run while it is being built.
  const known: { tree: TargetTree | null } = { tree: null };
  const pages = () => known.tree?.all().filter((target) => target.type === 'page') ?? [];
  const activity = createActivity();
  const frames = createFrames((page) => known.tree?.family(page) ?? [page]);
  const tabs = createTabs(context, pages);
  const collector = createCollector();
  const responses = createResponseReader(collector);
  const guard = createGuard({
    policy: options.guard,
    ...(options.onHeldRequest === undefined ? {} : { onHeldRequest: options.onHeldRequest }),
    onDocumentResponse: (session, response) => responses.readDocument(session, response),
  });
  const prepare = (target: Target): Promise<void> => {
    if (target.type === 'page' || target.type === 'iframe') {
      for (const follower of [activity, frames, responses]) follower.watch(target);
    }
    if (target.type === 'page') tabs.watch(target);
    return guard.watch(target);
  };
  const isPage = (frameId: string) => known.tree?.page(frameId) !== undefined;
  await guard.start(cdp.browser, isPage);
  known.tree = await followTargets(cdp, { prepare });
  if (options.guard.allowedPrivateHosts.length > 0) await allowLoopback(cdp);
  const downloads = await followDownloads(
    cdp.browser,
    options.downloads,
    collector,
    (url) => responses.filesRead.has(url),
    options.signal,
  );
  return {
    guard,
    activity,
    frames,
    tabs,
    collector,
    responses,
    downloads,
    close: () => detach(cdp, known.tree),
  };
}

/**
 * The documents that the guard hands to the browser have no network address of their own, so Chromium would ask
 * somebody before they call loopback. Which private hosts may be called is the guard's rule.
 */
async function allowLoopback(cdp: CdpConnection): Promise<void> {
  // Chromium knows the one name or the others, by its version.
  for (const name of ['local-network-access', 'local-network', 'loopback-network']) {
    const grant = cdp.browser.send('Browser.setPermission', { permission: { name }, setting: 'granted' });
    await grant.catch(() => undefined);
  }
}

/** Tabs without an address (a download opened them) make the next connection to the session hang: they go first. */
async function detach(cdp: CdpConnection, tree: TargetTree | null): Promise<void> {
  const empty = (tree?.all() ?? []).filter((target) => target.type === 'page' && target.info.url === '');
  await Promise.all(
    empty.map((target) =>
      cdp.browser.send('Target.closeTarget', { targetId: target.id }).catch(() => undefined),
    ),
  );
  await cdp.close();
}
