/** What `Target.*` events say of a target. */
export type TargetInfo = {
  readonly targetId: string;
  readonly type: string;
  readonly url: string;
  readonly title: string;
  readonly browserContextId?: string;
};

/**
 * Knows which pages never got a document: a `target=_blank` link to a download leaves one behind, and Playwright's
 * `connectOverCDP` waits for ever on it.
 */
export type TargetWatch = {
  readonly seen: (target: TargetInfo) => void;
  readonly gone: (targetId: string) => void;
  /** A download began in this frame. */
  readonly downloading: (frameId: string) => void;
  /** The page has no document; it may be one that is just opening. */
  readonly isEmpty: (targetId: string) => boolean;
  /** The page has no document and will get none: what it was opened for became a download. */
  readonly isLeftOver: (targetId: string) => boolean;
};

/** Starts knowing nothing; fed by the keeper. */
export const createTargetWatch = (): TargetWatch => {
  // Asked directly (`Target.getTargets`), Chromium may answer with the address that the page failed to reach.
  const urls = new Map<string, string>();
  const downloads = new Set<string>();
  const isEmpty = (targetId: string): boolean => urls.get(targetId) === '';
  return {
    seen: ({ targetId, type, url }) => {
      if (type === 'page') urls.set(targetId, url);
    },
    gone: (targetId) => {
      urls.delete(targetId);
      downloads.delete(targetId);
    },
    // The id of a page's main frame is also the id of its target.
    downloading: (frameId) => {
      if (urls.has(frameId)) downloads.add(frameId);
    },
    isEmpty,
    isLeftOver: (targetId) => isEmpty(targetId) && downloads.has(targetId),
  };
};
