/** The frames of a tab over all processes, and calls into the page functions of each. */
import { setTimeout as delay } from 'node:timers/promises';
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

/** Where a child frame stands in its parent's viewport. */
export interface FrameBox {
  visible: boolean;
  covered: boolean;
  x: number;
  y: number;
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
  box(frame: Frame): Promise<FrameBox>;
}

/** No question to a page takes longer, unless its script hangs or its process has crashed. */
const ANSWER_MS = 5_000;

/** The answer, or a `CdpError` when the page gives none. */
async function answered<T>(answer: Promise<T>): Promise<T> {
  const waiting = new AbortController();
  const silence = delay(ANSWER_MS, undefined, { signal: waiting.signal }).then(() => {
    throw new CdpError('the page does not answer', true);
  });
  silence.catch(() => undefined);
  try {
    return await Promise.race([answer, silence]);
  } finally {
    waiting.abort();
  }
}

/** Of the isolated world: it shares the page's DOM, and none of its script objects. */
const WORLD = 'cfdi-live';
/** Documents that replace one another while a call is on its way. */
const MAX_ATTEMPTS = 4;
const MISSING = 'cfdi-live:missing';
const REPLACED = 'cfdi-live:replaced';
const NOWHERE: FrameBox = { visible: false, covered: false, x: 0, y: 0 };

/** `family` gives a tab's own target and those of its frames in other processes. */
export function createFrames(family: TargetTree['family']): Frames {
  const worlds = createWorlds();
  return {
    of: async (page) => {
      const trees = family(page).map(async (target) => {
        const answer = await answered(target.session.send('Page.getFrameTree')).catch(nullWhenGone);
        return { target, frameTree: answer?.frameTree ?? null };
      });
      return mergeTrees(await Promise.all(trees));
    },
    call: async <K extends PageFunctionName>(
      frame: Frame,
      name: K,
      ...args: Arguments<K>
    ): Promise<Returned<K>> => (await worlds.evaluate(frame, callOf(name, args))) as Returned<K>,
    callIn: async <K extends PageFunctionName>(
      frame: Frame,
      documentId: string,
      name: K,
      ...args: Arguments<K>
    ): Promise<Returned<K>> => {
      const same = `cfdiLivePage.documentId === ${JSON.stringify(documentId)}`;
      const value = await worlds
        .evaluate(frame, `${same} ? ${callOf(name, args)} : ${JSON.stringify(REPLACED)}`)
        .catch(nullIfRefused);
      if (value === REPLACED || value === GONE) throw new DocumentGone();
      return value as Returned<K>;
    },
    watch: ({ session }) => {
      session.on('Page.frameNavigated', ({ frame }) => worlds.forget(session, frame.id));
    },
    box: async (frame) => (frame.parent === null ? NOWHERE : boxIn(worlds, frame.parent, frame.id)),
  };
}

const GONE = Symbol('gone');

/** A frame that is gone refuses every call. */
function nullIfRefused(error: unknown): typeof GONE {
  if (error instanceof CdpError) return GONE;
  throw error;
}

function callOf(name: string, args: readonly unknown[]): string {
  return `cfdiLivePage.${name}(...${JSON.stringify(args)})`;
}

interface Worlds {
  contextOf(frame: Frame): Promise<number>;
  /** Runs an expression that may use `cfdiLivePage`; puts the page functions there first where they are missing. */
  evaluate(frame: Frame, body: string): Promise<unknown>;
  forget(session: CdpSession, frameId: string): void;
}

function createWorlds(): Worlds {
  const contexts = new Map<string, number>();
  const keyOf = (session: CdpSession, frameId: string) => `${session.id}:${frameId}`;
  const contextOf = async ({ session, id }: Frame): Promise<number> => {
    const known = contexts.get(keyOf(session, id));
    if (known !== undefined) return known;
    const { executionContextId } = await answered(
      session.send('Page.createIsolatedWorld', { frameId: id, worldName: WORLD }),
    );
    contexts.set(keyOf(session, id), executionContextId);
    return executionContextId;
  };
  const forget = (session: CdpSession, frameId: string) => void contexts.delete(keyOf(session, frameId));
  const evaluate = async (frame: Frame, body: string): Promise<unknown> => {
    const guarded = `typeof cfdiLivePage === 'undefined' ? ${JSON.stringify(MISSING)} : (${body})`;
    for (let attempt = 0; ; attempt += 1) {
      try {
        const contextId = await contextOf(frame);
        const value = await run(frame.session, contextId, guarded);
        if (value !== MISSING) return value;
        if (attempt >= MAX_ATTEMPTS) throw new CdpError('the page functions do not stay in the page', false);
        await run(frame.session, contextId, PAGE_SCRIPT);
      } catch (error) {
        forget(frame.session, frame.id);
        if (attempt >= MAX_ATTEMPTS || !(error instanceof CdpError) || error.gone) throw error;
      }
    }
  };
  return { contextOf, evaluate, forget };
}

async function run(session: CdpSession, contextId: number, expression: string): Promise<unknown> {
  const question = { contextId, expression, returnByValue: true, awaitPromise: true };
  const { result, exceptionDetails } = await answered(session.send('Runtime.evaluate', question));
  if (exceptionDetails !== undefined) {
    throw new Error(
      `page function failed: ${exceptionDetails.exception?.description ?? exceptionDetails.text}`,
    );
  }
  return result.value;
}

async function boxIn(worlds: Worlds, parent: Frame, frameId: string): Promise<FrameBox> {
  await worlds.evaluate(parent, 'null');
  const { session } = parent;
  const { backendNodeId } = await answered(session.send('DOM.getFrameOwner', { frameId }));
  const executionContextId = await worlds.contextOf(parent);
  const { object } = await answered(session.send('DOM.resolveNode', { backendNodeId, executionContextId }));
  if (object.objectId === undefined) return NOWHERE;
  const functionDeclaration = 'function () { return cfdiLivePage.frameBox(this); }';
  const question = { objectId: object.objectId, functionDeclaration, returnByValue: true };
  const { result } = await answered(session.send('Runtime.callFunctionOn', question));
  return result.value as FrameBox;
}

interface PartialTree {
  target: Target;
  frameTree: Protocol.Page.FrameTree | null;
}

/** One list of the frames that each process knows. A frame of another process names its parent. */
function mergeTrees(trees: readonly PartialTree[]): Frame[] {
  const byId = new Map<string, Frame>();
  const add = (node: Protocol.Page.FrameTree, session: CdpSession, parent: Frame | null) => {
    const frame: Frame = { id: node.frame.id, session, url: node.frame.url, parent };
    byId.set(frame.id, frame);
    for (const child of node.childFrames ?? []) add(child, session, frame);
  };
  let waiting = [...trees];
  for (let before = -1; waiting.length !== before;) {
    before = waiting.length;
    waiting = waiting.filter(({ target, frameTree }) => {
      const parentId =
        target.type === 'page' ? null : (target.info.parentFrameId ?? target.parent?.id ?? null);
      if (parentId !== null && !byId.has(parentId)) return true;
      if (frameTree !== null) add(frameTree, target.session, byId.get(parentId ?? '') ?? null);
      return false;
    });
  }
  return [...byId.values()];
}
