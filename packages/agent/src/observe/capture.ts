/** Takes a snapshot: all frames of the active tab, merged. */
import { nullWhenGone, type Frame, type Frames } from '../browser/frames.ts';
import type { Tab } from '../browser/tabs.ts';
import type { ElementView, Snapshot, TextView } from '../types.ts';
import { fingerprint } from './fingerprint.ts';
import type { FrameObservation } from './frame-observation.ts';

/** Where an element id leads: valid as long as its document lives and no newer snapshot was given out. */
export interface ElementAddress {
  frame: Frame;
  documentId: string;
  n: number;
  view: ElementView;
}

/** A snapshot with what is needed to act on it. */
export interface Capture {
  snapshot: Snapshot;
  tab: Tab;
  addresses: ReadonlyMap<string, ElementAddress>;
  observations: readonly { frame: Frame; observation: FrameObservation }[];
}

export type SnapshotFacts = Pick<Snapshot, 'httpStatus' | 'nativeDialogs' | 'tabs' | 'downloads'>;

const MAX_FRAMES = 12;

/** `sequence` is the snapshot's number in the run: ids are `<sequence>:<frame>.<element>`. */
export async function capture(
  frames: Frames,
  tab: Tab,
  sequence: number,
  facts: SnapshotFacts,
): Promise<Capture> {
  const seen = await observeFrames(frames, tab);
  const elements: ElementView[] = [];
  const texts: TextView[] = [];
  const addresses = new Map<string, ElementAddress>();
  for (const { frame, observation, covered, index } of seen) {
    const frameId = `f${index}`;
    for (const { n, ...raw } of observation.elements) {
      const view: ElementView = {
        ...raw,
        id: `${sequence}:${index}.${n}`,
        frameId,
        covered: raw.covered || covered,
        formKey: `${frameId}/${raw.formKey}`,
      };
      elements.push(view);
      addresses.set(view.id, { frame, documentId: observation.documentId, n, view });
    }
    for (const text of observation.texts) texts.push({ ...text, frameId });
  }
  const main = seen[0]?.observation;
  const url = main?.url ?? tab.page.url();
  const snapshot: Snapshot = {
    id: String(sequence),
    url,
    title: main?.title ?? '',
    ...facts,
    frames: seen.map(({ index, observation }) => ({
      id: `f${index}`,
      url: observation.url,
      main: index === 0,
      captcha: observation.captcha,
    })),
    elements,
    texts,
    fingerprint: fingerprint(url, elements),
  };
  return { snapshot, tab, addresses, observations: seen };
}

interface SeenFrame {
  frame: Frame;
  observation: FrameObservation;
  /** Something of the parent lies over it. */
  covered: boolean;
  index: number;
}

async function observeFrames(frames: Frames, tab: Tab): Promise<SeenFrame[]> {
  const all = (await frames.of(tab.target)).slice(0, MAX_FRAMES);
  const hidden = new Set<string>();
  const seen = await Promise.all(
    all.map(async (frame, index): Promise<SeenFrame | null> => {
      const box = frame.parent === null ? null : await frames.box(frame).catch(nullWhenGone);
      if (frame.parent !== null && box?.visible !== true) {
        hidden.add(frame.id);
        return null;
      }
      const observation = await frames.call(frame, 'observe').catch(nullWhenGone);
      return observation === null ? null : { frame, observation, covered: box?.covered ?? false, index };
    }),
  );
  const insideHidden = (frame: Frame): boolean =>
    hidden.has(frame.id) || (frame.parent !== null && insideHidden(frame.parent));
  return seen.filter((entry) => entry !== null).filter(({ frame }) => !insideHidden(frame));
}
