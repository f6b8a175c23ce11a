/** The options of a list in as few characters as still tell them apart. */
import type { ElementOption } from '../types.ts';

/** Characters of an option, by how many there are. */
const FULL = 40;
const SHORT = 14;
const SAMPLE = 22;
const MAX_SHORT = 40;

/**
 * Few options: all of them. Many that each begin with a code of their own (601, G03): the codes. Up to 40: their
 * beginnings, as long as those differ. More: the first ones.
 */
export function optionsText(options: readonly ElementOption[], maxOptions: number): string {
  const texts = options
    .filter((option) => option.value !== '' || !asksToChoose(option.text))
    .map((option) => option.text);
  return `opts(${texts.length}): ${shorten(texts, maxOptions)}`;
}

function shorten(texts: readonly string[], maxOptions: number): string {
  const beginnings = (length: number) => texts.map((text) => cut(text, length)).join('|');
  if (texts.length <= maxOptions) return beginnings(FULL);
  const codes = texts.map((text) => /^([A-Z]{0,2}\d{1,5})\b/.exec(text)?.[1]);
  const distinct = new Set(codes);
  if (!distinct.has(undefined) && distinct.size === texts.length) return codes.join('|');
  if (texts.length <= MAX_SHORT) {
    const tellApart = new Set(texts.map((text) => cut(text, SHORT))).size === new Set(texts).size;
    return beginnings(tellApart ? SHORT : FULL);
  }
  return `${texts
    .slice(0, maxOptions)
    .map((text) => cut(text, SAMPLE))
    .join('|')}|…`;
}

function asksToChoose(text: string): boolean {
  return text.trim() === '' || /^[-–—\s.]*(selecci|elig|elij|escoj|choose|select)/i.test(text);
}

function cut(text: string, max: number): string {
  return text.length > max ? `${text.slice(0, max - 1)}…` : text;
}
