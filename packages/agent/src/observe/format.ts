/**
 * A snapshot as compact text: one line for each thing that can be acted on or read. Pure. In clear: redact it before
 * it goes to a model or a log.
 */
import type { ElementView, Snapshot, TextView } from '../types.ts';
import { optionsText } from './format-options.ts';

export interface FormatOptions {
  /** Options of a list that are written in full; longer lists are shortened. */
  maxOptions: number;
  maxLinks: number;
  /** Characters of a paragraph; alerts and dialogs are never cut. */
  maxParagraph: number;
  maxParagraphs: number;
  /** Equal buttons, links or rows that are listed one by one. */
  maxEqual: number;
}

export const FORMAT_OPTIONS: FormatOptions = {
  maxOptions: 12,
  maxLinks: 25,
  maxParagraph: 90,
  maxParagraphs: 12,
  maxEqual: 3,
};

/** The whole snapshot. The first line names it: element numbers are valid only together with it. */
export function formatSnapshot(snapshot: Snapshot, options: FormatOptions = FORMAT_OPTIONS): string {
  return [headLine(snapshot), ...eventLines(snapshot), ...bodyLines(snapshot, options)].join('\n');
}

/**
 * What is new or different since `previous`, for the next step; the whole snapshot when the page is another one.
 * Numbers keep their meaning from one snapshot to the next as long as the document lives.
 */
export function formatChanges(
  previous: Snapshot,
  snapshot: Snapshot,
  options: FormatOptions = FORMAT_OPTIONS,
): string {
  if (previous.url !== snapshot.url) return formatSnapshot(snapshot, options);
  const before = new Set(bodyLines(previous, options));
  const lines = bodyLines(snapshot, options);
  const fresh = lines.filter((line) => !before.has(line) && !line.startsWith('# '));
  if (fresh.length > lines.length / 2) return formatSnapshot(snapshot, options);
  const gone = goneNumbers(previous, snapshot);
  return [
    `${headLine(snapshot)} · changes since ${previous.id}`,
    ...eventLines(snapshot),
    ...(fresh.length === 0 ? ['(no line changed)'] : fresh),
    ...(gone.length === 0 ? [] : [`gone: ${gone.join(' ')}`]),
  ].join('\n');
}

/** How an element is named in the text: its number, with its frame's where that is not the main one. */
export function shortId(id: string): string {
  const [frame = '0', number = id] = (id.split(':')[1] ?? id).split('.');
  return frame === '0' ? number : `${frame}.${number}`;
}

function headLine({ id, title, url, httpStatus }: Snapshot): string {
  const status = httpStatus === null || httpStatus === 200 ? '' : ` HTTP ${httpStatus}`;
  return `snapshot ${id}: ${title === '' ? '(no title)' : title} ${url}${status}`;
}

function eventLines({ nativeDialogs, tabs, downloads }: Snapshot): string[] {
  return [
    ...nativeDialogs.map(({ kind, message, answer }) => `! ${kind} "${message}" was ${answer}`),
    ...(tabs.length < 2 ? [] : tabs.map((tab) => `${tab.active ? 'tab*' : 'tab'} ${tab.title} ${tab.url}`)),
    ...downloads.map(({ fileName, bytes }) => `file ${fileName} (${bytes} bytes)`),
  ];
}

function bodyLines(snapshot: Snapshot, options: FormatOptions): string[] {
  return snapshot.frames.flatMap((frame) => {
    const texts = snapshot.texts.filter((text) => text.frameId === frame.id);
    const elements = snapshot.elements.filter((element) => element.frameId === frame.id);
    const lines = [
      ...textLines(texts),
      ...elementLines(elements, options),
      ...paragraphLines(texts, options),
    ];
    if (frame.main) return lines;
    return lines.length === 0 ? [] : [`--- frame ${frame.id.replace('f', '')} ${frame.url}`, ...lines];
  });
}

const MARKS: Partial<Record<TextView['kind'], string>> = {
  dialog: '!! ',
  alert: '! ',
  result: '= ',
  heading: '# ',
};

function textLines(texts: readonly TextView[]): string[] {
  const order: TextView['kind'][] = ['dialog', 'alert', 'result', 'heading'];
  return order.flatMap((kind) =>
    texts.filter((text) => text.kind === kind).map((text) => `${MARKS[kind] ?? ''}${text.text}`),
  );
}

function paragraphLines(texts: readonly TextView[], options: FormatOptions): string[] {
  const paragraphs = texts.filter((text) => text.kind === 'paragraph');
  const shown = paragraphs.slice(0, options.maxParagraphs).map(({ text }) => cut(text, options.maxParagraph));
  const more = paragraphs.length - shown.length;
  return more > 0 ? [...shown, `…${more} more paragraphs`] : shown;
}

function elementLines(elements: readonly ElementView[], options: FormatOptions): string[] {
  const usable = elements.filter((element) => element.visible && !element.suspicious);
  const behind = usable.filter((element) => element.covered);
  const lines: string[] = [];
  const seen = new Map<string, number>();
  const repeated = new Map<string, ElementView>();
  let group = '';
  let links = 0;
  for (const element of usable) {
    if (element.covered) continue;
    const key = `${element.role} "${cut(element.name, 80)}"`;
    const count = (seen.get(key) ?? 0) + 1;
    seen.set(key, count);
    if (isRepeatable(element) && count > options.maxEqual) {
      repeated.set(key, element);
      continue;
    }
    if (element.role === 'link') links += 1;
    if (element.role === 'link' && links > options.maxLinks) continue;
    if (element.labels.group !== '' && element.labels.group !== group)
      lines.push(`# ${element.labels.group}`);
    group = element.labels.group === '' ? group : element.labels.group;
    lines.push(elementLine(element, options));
  }
  for (const [key, last] of repeated)
    lines.push(`…${key} ×${seen.get(key)}, the last is [${shortId(last.id)}]`);
  if (links > options.maxLinks) lines.push(`…${links - options.maxLinks} more links`);
  if (behind.length > 0) lines.push(`…${behind.length} controls are behind what lies on top`);
  return lines;
}

function isRepeatable({ role }: ElementView): boolean {
  return (
    role === 'button' || role === 'link' || role === 'clickable' || role === 'option' || role === 'image'
  );
}

function elementLine(element: ElementView, options: FormatOptions): string {
  const name = cut(element.name, 80);
  const parts = [`[${shortId(element.id)}] ${element.role}`, ...(name === '' ? [] : [`"${name}"`])];
  if (holdsValue(element)) parts.push(`= "${cut(element.value, 60)}"`);
  if (element.checked) parts.push('✓');
  const { placeholder } = element.labels;
  if (placeholder !== '' && placeholder !== name && element.value === '')
    parts.push(`ph="${cut(placeholder, 30)}"`);
  if (TOLD_TYPES.has(element.type)) parts.push(element.type);
  if (element.maxLength !== null && element.value === '') parts.push(`max=${element.maxLength}`);
  if (element.expanded !== null) parts.push(element.expanded ? 'open' : 'closed');
  for (const state of ['disabled', 'readonly'] as const) if (element[state]) parts.push(state);
  if (element.required && !name.endsWith('*')) parts.push('*');
  if (element.invalid) parts.push('INVALID');
  if (element.download) parts.push('file');
  if (element.options.length > 0) parts.push(optionsText(element.options, options.maxOptions));
  return parts.join(' ');
}

const TOLD_TYPES = new Set([
  'date',
  'datetime-local',
  'month',
  'time',
  'number',
  'email',
  'tel',
  'password',
  'file',
]);

function holdsValue({ role, value, name }: ElementView): boolean {
  if (role === 'select') return true;
  return value !== '' && value !== name && (role === 'textbox' || role === 'listbox');
}

function goneNumbers(previous: Snapshot, snapshot: Snapshot): string[] {
  const shown = ({ elements }: Snapshot) =>
    elements
      .filter((element) => element.visible && !element.suspicious)
      .map((element) => shortId(element.id));
  const now = new Set(shown(snapshot));
  return shown(previous)
    .filter((id) => !now.has(id))
    .map((id) => `[${id}]`);
}

function cut(text: string, max: number): string {
  return text.length > max ? `${text.slice(0, max - 1)}…` : text;
}
