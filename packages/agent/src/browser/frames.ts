/** The frames of a tab over all processes, and calls into the page functions of each. */
import type { Protocol } from 'devtools-protocol';
import { PAGE_SCRIPT } from '../observe/generated/page-script.ts';
import type { PageFunctions } from '../observe/page/main.ts';
import { CdpError, type CdpSession } from './cdp.ts';
import type { Target, TargetTree } from './targets.ts';

/** One document's place in a tab. */
export interface Frame {
  readonly id: string;
  readonly session: CdpSession;
  readonly url: string;
  readonly parent: Frame | null;
}

export type PageFunctionName = {
  [K in keyof PageFunctions]: PageFunctions[K] extends (...args: never[]) => unknown ? K : never;
}[keyof PageFunctions];
type Arguments<K extends PageFunctionName> = Parameters<PageFunctions[K]>;
type Returned<K extends PageFunctionName> = Awaited<ReturnType<PageFunctions[K]>>;

/** The document that a call was meant for has been replaced. */
export class DocumentGone extends Error {
  constructor() {
    super('the document is gone');
    this.name = 'DocumentGone';
  }
}

/** For calls into frames that may be on their way out: null then; a fault of ours still throws. */
export function nullWhenGone(error: unknown): null {
  if (error instanceof CdpError || error instanceof DocumentGone) return null;
  throw error;
}

export interface Frames {
  /** Main frame first, parents before children. */
  of(page: Target): Promise<Frame[]>;
  /** Calls a page function in the frame's present document. */
  call<K extends PageFunctionName>(frame: Frame, name: K, ...args: Arguments<K>): Promise<Returned<K>>;
  /** Calls it only if `documentId` (of an observation) is still the frame's document; else throws `DocumentGone`. */
  callIn<K extends PageFunctionName>(
    frame: Frame,
    documentId: string,
    name: K,
    ...args: Arguments<K>
  ): Promise<Returned<K>>;
  /** Forgets contexts of documents that this target has left behind. */
  watch(target: Target): void;
  /** Where a child frame stands in its parent's viewport. */
  box(frame: Frame): Promise<{ visible: boolean; covered: boolean; x: number; y: number }>;
}

const WORLD = 'cfdi-live';
const MISSING = 'cfdi-live:missing';
const REPLACED = 'cfdi-live:replaced';

/** `family` gives a tab's own target and those of its frames in other processes. */
export function createFrames(family: TargetTree['family']): Frames {
  const contexts = new Map<string, number>();

  const contextOf = async (frame: Frame): Promise<number> => {
    const key = `${frame.session.id}:${frame.id}`;
    const known = contexts.get(key);
    if (known !== undefined) return known;
    const { executionContextId } = await frame.session.send('Page.createIsolatedWorld', {
      frameId: frame.id,
      worldName: WORLD,
    });
    contexts.set(key, executionContextId);
    return executionContextId;
  };

  /** Runs an expression that may use `cfdiLivePage`; puts the page functions there first where they are missing. */
  const evaluate = async (frame: Frame, body: string): Promise<unknown> => {
    for (let attempt = 0; ; attempt += 1) {
      try {
        const contextId = await contextOf(frame);
        const value = await run(frame.session, contextId, guarded(body));
        if (value !== MISSING) return value;
        await run(frame.session, contextId, PAGE_SCRIPT);
      } catch (error) {
        contexts.delete(`${frame.session.id}:${frame.id}`);
        if (attempt >= 2 || !(error instanceof CdpError) || error.gone) throw error;
      }
    }
  };

  const callExpression = (name: string, args: readonly unknown[]) =>
    `cfdiLivePage.${name}(...${JSON.stringify(args)})`;

  const frames: Frames = {
    of: async (page) => {
      const trees = await Promise.all(
        family(page).map(async (target) => {
          const { frameTree } = await target.session
            .send('Page.getFrameTree')
            .catch(() => ({ frameTree: null }));
          return { target, frameTree };
        }),
      );
      return mergeTrees(trees);
    },
    call: async <K extends PageFunctionName>(
      frame: Frame,
      name: K,
      ...args: Arguments<K>
    ): Promise<Returned<K>> => (await evaluate(frame, callExpression(name, args))) as Returned<K>,
    callIn: async <K extends PageFunctionName>(
      frame: Frame,
      documentId: string,
      name: K,
      ...args: Arguments<K>
    ): Promise<Returned<K>> => {
      const same = `cfdiLivePage.documentId === ${JSON.stringify(documentId)}`;
      const body = `${same} ? ${callExpression(name, args)} : ${JSON.stringify(REPLACED)}`;
      const value = await evaluate(frame, body).catch((error: unknown) => {
        if (error instanceof CdpError) throw new DocumentGone();
        throw error;
      });
      if (value === REPLACED) throw new DocumentGone();
      return value as Returned<K>;
    },
    watch: ({ session }) => {
      session.on('Page.frameNavigated', ({ frame }) => contexts.delete(`${session.id}:${frame.id}`));
    },
    box: async (frame) => {
      const nowhere = { visible: false, covered: false, x: 0, y: 0 };
      if (frame.parent === null) return nowhere;
      const { session } = frame.parent;
      await frames.call(frame.parent, 'mutationCount');
      const { backendNodeId } = await session.send('DOM.getFrameOwner', { frameId: frame.id });
      const executionContextId = await contextOf(frame.parent);
      const { object } = await session.send('DOM.resolveNode', { backendNodeId, executionContextId });
      if (object.objectId === undefined) return nowhere;
      const { result } = await session.send('Runtime.callFunctionOn', {
        objectId: object.objectId,
        functionDeclaration: 'function () { return cfdiLivePage.frameBox(this); }',
        returnByValue: true,
      });
      return result.value as Awaited<ReturnType<Frames['box']>>;
    },
  };
  return frames;
}

function guarded(body: string): string {
  return `typeof cfdiLivePage === 'undefined' ? ${JSON.stringify(MISSING)} : (${body})`;
}

async function run(session: CdpSession, contextId: number, expression: string): Promise<unknown> {
  const { result, exceptionDetails } = await session.send('Runtime.evaluate', {
    contextId,
    expression,
    returnByValue: true,
    awaitPromise: true,
  });
  if (exceptionDetails !== undefined) {
    throw new Error(
      `page function failed: ${exceptionDetails.exception?.description ?? exceptionDetails.text}`,
    );
  }
  return result.value;
}

function mergeTrees(trees: { target: Target; frameTree: Protocol.Page.FrameTree | null }[]): Frame[] {
  const byId = new Map<string, Frame>();
  const add = (node: Protocol.Page.FrameTree, session: CdpSession, parent: Frame | null) => {
    const frame: Frame = { id: node.frame.id, session, url: node.frame.url, parent };
    byId.set(frame.id, frame);
    for (const child of node.childFrames ?? []) add(child, session, frame);
  };
  // Parents come before children: a frame of another process names its parent, which is in a tree added before.
  const waiting = [...trees];
  for (let progress = true; progress && waiting.length > 0;) {
    progress = false;
    for (const entry of [...waiting]) {
      const { target, frameTree } = entry;
      const parentId = target.type === 'page' ? undefined : (target.info.parentFrameId ?? target.parent?.id);
      if (parentId !== undefined && !byId.has(parentId)) continue;
      waiting.splice(waiting.indexOf(entry), 1);
      progress = true;
      if (frameTree !== null)
        add(frameTree, target.session, parentId === undefined ? null : (byId.get(parentId) ?? null));
    }
  }
  return [...byId.values()];
}
