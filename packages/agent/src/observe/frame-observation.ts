/** What the page script hands over: plain data of one frame, before frames are merged and ids are given. */
import type { ElementView, TextView } from '../types.ts';

/** An element as its own frame sees it. `n` is its number in that document, the same in every observation. */
export type RawElement = Omit<ElementView, 'id' | 'frameId'> & { n: number };
export type RawText = Omit<TextView, 'frameId'>;

export interface FrameObservation {
  /** Tells this document from the one that replaces it in the same frame. */
  documentId: string;
  url: string;
  title: string;
  elements: RawElement[];
  texts: RawText[];
  /** A CAPTCHA provider's widget stands here: `solved` once it has handed in its token. */
  captcha: 'open' | 'solved' | null;
  /** Number of the focused element, or null. */
  focus: number | null;
  /** Whole XML documents that stand in the page as text. */
  inlineXml: string[];
  /** `data:` addresses of links, frames and objects that hold a file. */
  dataUrls: string[];
  /** `blob:` addresses of frames and objects that show a file. */
  blobUrls: string[];
}

/** Where an element is now, and whether a pointer would reach it. */
export type Located =
  | { state: 'gone' }
  | { state: 'hidden' }
  | { state: 'disabled' }
  | { state: 'covered'; by: string; point: Point }
  | { state: 'ready'; point: Point };

export interface Point {
  x: number;
  y: number;
}

/** What a control holds now. `value` is '' for passwords, whose `length` alone is told. */
export interface FieldState {
  tag: string;
  type: string;
  value: string;
  length: number;
  checked: boolean;
  readonly: boolean;
  disabled: boolean;
  focused: boolean;
  editable: boolean;
  selectedText: string;
  expanded: boolean | null;
}

export interface Pulse {
  /** DOM changes since the page was first looked at; clocks and carousels are left out. */
  mutations: number;
  sinceChangeMs: number;
  /** Still being parsed, or a short animation runs. */
  moving: boolean;
  /** A visible spinner, progress bar or "please wait". */
  busy: boolean;
}

/** An option of a native list, and how many arrow keys away from the first one it is. */
export interface NativeChoice {
  text: string;
  /** Already the only chosen one. */
  chosen: boolean;
  steps: number | null;
}

/** Result of looking for an option in an open list. */
export type OptionSearch =
  { state: 'found'; n: number; text: string } | { state: 'none' } | { state: 'unmatched'; texts: string[] };

/** A calendar that is open: its shown month, and the numbers of what can be clicked. */
export interface CalendarView {
  year: number | null;
  month: number | null;
  previous: number | null;
  next: number | null;
  monthSelect: number | null;
  yearSelect: number | null;
  /** Number of the wanted day's cell when the shown month holds it. */
  day: number | null;
}
