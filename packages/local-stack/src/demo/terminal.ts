/** Plain, aligned output: one line a step, times at the right, colours only on a terminal. */

export interface Terminal {
  title(text: string): void;
  /** A finished step with its time. */
  done(text: string, ms: number): void;
  /** A step of another voice: who, what, how long. */
  step(who: string, text: string, ms: number | null): void;
  facts(rows: readonly (readonly [string, string])[]): void;
  /** A framed card. */
  card(title: string, rows: readonly (readonly [string, string])[]): void;
  line(text: string): void;
}

const WIDTH = 78;

export function createTerminal(options: { quiet: boolean; out?: NodeJS.WriteStream }): Terminal {
  const out = options.out ?? process.stdout;
  const colours = out.isTTY && process.env['NO_COLOR'] === undefined;
  const paint = (code: number, text: string) => (colours ? `\u001b[${code}m${text}\u001b[0m` : text);
  const write = (text: string) => {
    if (!options.quiet) out.write(`${text}\n`);
  };
  const row = (mark: string, text: string, right: string) => {
    const room = WIDTH - right.length - 3;
    const shown = text.length > room ? `${text.slice(0, room - 1)}…` : text;
    write(`${mark} ${shown.padEnd(room)} ${paint(2, right)}`.trimEnd());
  };
  const aligned = (rows: readonly (readonly [string, string])[]) => {
    const width = Math.max(...rows.map(([name]) => name.length));
    return rows.map(([name, value]) => `${name.padEnd(width)}  ${value}`);
  };
  return {
    title: (text) => write(`\n${paint(1, text)}`),
    done: (text, ms) => row(paint(32, '✓'), text, seconds(ms)),
    step: (who, text, ms) => row(paint(2, '·'), `${who.padEnd(8)} ${text}`, ms === null ? '' : seconds(ms)),
    facts: (rows) => aligned(rows).forEach((text) => write(`  ${text}`)),
    card(title, rows) {
      const lines = aligned(rows);
      const width = Math.max(title.length + 2, ...lines.map((text) => text.length)) + 2;
      write(`┌─ ${paint(1, title)} ${'─'.repeat(Math.max(0, width - title.length - 3))}┐`);
      for (const text of lines) write(`│ ${text.padEnd(width - 1)}│`);
      write(`└${'─'.repeat(width)}┘`);
    },
    line: write,
  };
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
