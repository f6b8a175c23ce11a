/** The tabs of the session: which one is worked in, what it was answered, and the native dialogs it opened. */
import type { BrowserContext, Dialog, Page } from 'playwright-core';
import type { NativeDialogView } from '../types.ts';
import type { Target } from './targets.ts';

export interface Tab {
  readonly page: Page;
  readonly target: Target;
}

/** What the main document of a tab came with. */
export interface DocumentAnswer {
  status: number | null;
  mimeType: string;
}

export interface Tabs {
  /** The tab to look at: the newest one that shows a page. */
  active(): Promise<Tab>;
  list(): Promise<Tab[]>;
  answer(target: Target): DocumentAnswer;
  /** Follows the main document's answers of a tab. */
  watch(target: Target): void;
  /** Dialogs answered since the last call. */
  takeDialogs(): NativeDialogView[];
  /** How many dialogs were answered so far. */
  readonly dialogCount: number;
}

const SHOWS_NOTHING = /^(about:blank|chrome-error:.*|)$/;
const VIEWER = /^application\/(pdf|xml|zip|octet-stream)|^text\/xml/i;

/** `pages` gives the page targets that the guard has released. */
export function createTabs(context: BrowserContext, pages: () => Target[]): Tabs {
  const targetIds = new Map<Page, Promise<string | null>>();
  const answers = new WeakMap<Target, DocumentAnswer>();
  const dialogs: NativeDialogView[] = [];
  let dialogCount = 0;

  const adopt = (page: Page) => {
    targetIds.set(page, targetIdOf(context, page));
    page.on('dialog', (dialog) => {
      dialogCount += 1;
      dialogs.push(answerDialog(dialog));
    });
    page.on('close', () => targetIds.delete(page));
  };
  for (const page of context.pages()) adopt(page);
  context.on('page', adopt);

  const list = async (): Promise<Tab[]> => {
    const tabs: Tab[] = [];
    for (const [page, id] of targetIds) {
      const targetId = await id;
      const target = pages().find((candidate) => candidate.id === targetId);
      if (target !== undefined && !page.isClosed()) tabs.push({ page, target });
    }
    return tabs;
  };
  const answer = (target: Target): DocumentAnswer => answers.get(target) ?? { status: null, mimeType: '' };

  return {
    list,
    answer,
    active: async () => {
      const tabs = await list();
      const showing = tabs.filter(
        (tab) => !SHOWS_NOTHING.test(tab.page.url()) && !VIEWER.test(answer(tab.target).mimeType),
      );
      const found = showing.at(-1) ?? tabs[0];
      if (found !== undefined) return found;
      await context.newPage();
      const [made] = await list();
      if (made === undefined) throw new Error('the browser has no tab');
      return made;
    },
    watch: (target) => {
      target.session.on('Network.responseReceived', ({ type, frameId, response }) => {
        if (type !== 'Document' || frameId !== target.id) return;
        // A file that is handed over leaves the page where it is; only one that is shown makes the tab a viewer.
        if (isAttachment(response.headers)) return;
        answers.set(target, { status: response.status, mimeType: response.mimeType });
      });
    },
    takeDialogs: () => dialogs.splice(0),
    get dialogCount() {
      return dialogCount;
    },
  };
}

function isAttachment(headers: Readonly<Record<string, string>>): boolean {
  const named = Object.entries(headers).find(([name]) => name.toLowerCase() === 'content-disposition');
  return named !== undefined && /^\s*attachment/i.test(named[1]);
}

async function targetIdOf(context: BrowserContext, page: Page): Promise<string | null> {
  try {
    const session = await context.newCDPSession(page);
    const { targetInfo } = await session.send('Target.getTargetInfo');
    await session.detach();
    return targetInfo.targetId;
  } catch {
    return null;
  }
}

/** Every dialog is answered at once: one that nobody answers kills the tab. */
function answerDialog(dialog: Dialog): NativeDialogView {
  const kind = dialog.type() as NativeDialogView['kind'];
  const accept = kind !== 'prompt';
  // It may have been answered already, or its tab be gone.
  void (accept ? dialog.accept() : dialog.dismiss()).catch(() => undefined);
  return { kind, message: dialog.message().slice(0, 1000), answer: accept ? 'accepted' : 'dismissed' };
}
