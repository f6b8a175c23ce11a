import type { ClientCommand } from '../cdp/client-commands.ts';
import type { Clock } from '../clock.ts';

/** A CDP command that a client sent. Its parameters are not kept: they hold what was typed. */
export type LoggedCommand = { readonly method: string; readonly timestamp: number };

export type CommandLog = {
  readonly note: (command: ClientCommand) => void;
  /** Oldest first. */
  readonly entries: () => readonly LoggedCommand[];
};

const MAX_ENTRIES = 1_000;

/** Keeps the last thousand commands, or none where the session was created with `logSession: false`. */
export const createCommandLog = (enabled: boolean, clock: Clock): CommandLog => {
  const entries: LoggedCommand[] = [];
  return {
    note: ({ method }) => {
      if (!enabled) return;
      entries.push({ method, timestamp: clock.now() });
      if (entries.length > MAX_ENTRIES) entries.shift();
    },
    entries: () => entries,
  };
};
