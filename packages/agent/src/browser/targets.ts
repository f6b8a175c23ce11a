/**
 * Follows every target of a browser (pages, pop-ups, frames of other processes, workers) from its first moment. Each
 * is held by the browser until `prepare` is through; another client of the session may let it run sooner, so what
 * must never be missed (the guard's requests) is asked of the browser as a whole instead.
 */
import type { Protocol } from 'devtools-protocol';
import type { CdpConnection, CdpSession } from './cdp.ts';

export interface Target {
  readonly id: string;
  readonly type: string;
  readonly session: CdpSession;
  /** The target that this one was attached through; null for pages and browser-wide workers. */
  readonly parent: Target | null;
  info: Protocol.Target.TargetInfo;
}

export interface TargetTree {
  /** Live targets, oldest first. */
  all(): Target[];
  page(targetId: string): Target | undefined;
  /** A page and the frames of other processes below it (not workers). */
  family(page: Target): Target[];
}

export interface TargetHooks {
  /** Sends what must be set before the target runs. A rejection closes the target: it would run half prepared. */
  prepare(target: Target): Promise<void>;
  attached?(target: Target): void;
  detached?(target: Target): void;
}

const AUTO_ATTACH = { autoAttach: true, waitForDebuggerOnStart: true, flatten: true };

/** Attaches to all targets there are, and to each new one. Resolves when those there are have been prepared. */
export async function followTargets(cdp: CdpConnection, hooks: TargetHooks): Promise<TargetTree> {
  const bySession = new Map<string, Target>();
  const preparing = new Set<Promise<void>>();

  const listen = (session: CdpSession, parent: Target | null) => {
    session.on('Target.attachedToTarget', ({ sessionId, targetInfo }) => {
      const child: Target = {
        id: targetInfo.targetId,
        type: targetInfo.type,
        session: cdp.session(sessionId),
        parent,
        info: targetInfo,
      };
      bySession.set(sessionId, child);
      const ready = release(cdp, child, hooks, () => listen(child.session, child));
      preparing.add(ready);
      void ready.finally(() => preparing.delete(ready));
    });
    session.on('Target.detachedFromTarget', ({ sessionId }) => {
      const gone = bySession.get(sessionId);
      bySession.delete(sessionId);
      cdp.drop(sessionId);
      if (gone !== undefined) hooks.detached?.(gone);
    });
    session.on('Target.targetInfoChanged', ({ targetInfo }) => {
      for (const target of bySession.values())
        if (target.id === targetInfo.targetId) target.info = targetInfo;
    });
  };

  listen(cdp.browser, null);
  await cdp.browser.send('Target.setAutoAttach', {
    ...AUTO_ATTACH,
    filter: [{ type: 'browser', exclude: true }, { type: 'tab', exclude: true }, {}],
  });
  await cdp.browser.send('Target.setDiscoverTargets', { discover: true });
  while (preparing.size > 0) await Promise.all(preparing);

  return {
    all: () => [...bySession.values()],
    page: (targetId) =>
      [...bySession.values()].find((target) => target.type === 'page' && target.id === targetId),
    family: (page) => [
      page,
      ...[...bySession.values()].filter((target) => target.type === 'iframe' && pageOf(target) === page),
    ],
  };
}

function pageOf(target: Target): Target {
  return target.parent === null ? target : pageOf(target.parent);
}

async function release(
  cdp: CdpConnection,
  target: Target,
  hooks: TargetHooks,
  listen: () => void,
): Promise<void> {
  listen();
  try {
    // The commands are answered in order, so all of them are in force before the target runs.
    const prepared = hooks.prepare(target);
    const children = target.session.send('Target.setAutoAttach', AUTO_ATTACH);
    const running = target.session.send('Runtime.runIfWaitingForDebugger');
    hooks.attached?.(target);
    await Promise.all([prepared, children, running]);
  } catch {
    // Gone by itself, or not to be prepared: either way it must not run.
    await cdp.browser.send('Target.closeTarget', { targetId: target.id }).catch(() => undefined);
  }
}
