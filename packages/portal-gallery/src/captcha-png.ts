import { randomInt } from 'node:crypto';
import { type Picture, encodePng } from './png.ts';

/** Letters as rows of five dots, top to bottom; what is easily mistaken when bent is left out. */
const GLYPHS: Readonly<Record<string, readonly number[]>> = {
  A: [14, 17, 17, 31, 17, 17, 17],
  B: [30, 17, 17, 30, 17, 17, 30],
  C: [14, 17, 16, 16, 16, 17, 14],
  D: [28, 18, 17, 17, 17, 18, 28],
  E: [31, 16, 16, 30, 16, 16, 31],
  F: [31, 16, 16, 30, 16, 16, 16],
  H: [17, 17, 17, 31, 17, 17, 17],
  P: [30, 17, 17, 30, 16, 16, 16],
  R: [30, 17, 17, 30, 20, 18, 17],
  T: [31, 4, 4, 4, 4, 4, 4],
  V: [17, 17, 17, 17, 10, 10, 4],
  Y: [17, 17, 10, 4, 4, 4, 4],
  '3': [30, 1, 1, 14, 1, 1, 30],
  '4': [2, 6, 10, 18, 31, 2, 2],
  '6': [14, 16, 16, 30, 17, 17, 14],
  '7': [31, 1, 2, 4, 8, 8, 8],
  '9': [14, 17, 17, 15, 1, 1, 14],
};
const LETTERS = Object.keys(GLYPHS);
const LENGTH = 6;
const WIDTH = 200;
const HEIGHT = 64;
const DOT = 5;
const PAPER = 226;
const INK = 52;

/** What the next picture says. */
export function drawnCaptcha(): string {
  return Array.from({ length: LENGTH }, () => LETTERS[randomInt(LETTERS.length)] ?? 'A').join('');
}

/** Waving letters behind strokes and specks, another picture each time. PNG. */
export function captchaPng(answer: string): Buffer {
  const picture: Picture = {
    width: WIDTH,
    height: HEIGHT,
    pixels: new Uint8Array(WIDTH * HEIGHT).fill(PAPER),
  };
  const wave = { across: 4 + randomInt(4), long: 20 + randomInt(8), shift: randomInt(120) };
  for (let y = 0; y < HEIGHT; y += 1)
    for (let x = 0; x < WIDTH; x += 1) {
      const bentX = x + Math.sin((y + wave.shift) / 11) * 2;
      const bentY = y + Math.sin((x + wave.shift) / wave.long) * wave.across;
      if (isInk(answer, bentX, bentY)) picture.pixels[y * WIDTH + x] = INK;
    }
  for (let stroke = 0; stroke < 4; stroke += 1) strike(picture);
  for (let speck = 0; speck < 260; speck += 1)
    picture.pixels[randomInt(WIDTH * HEIGHT)] = randomInt(2) === 0 ? 120 : PAPER;
  return encodePng(picture);
}

/** Whether a point of the unbent picture lies on a letter. */
function isInk(answer: string, x: number, y: number): boolean {
  const left = x - 10;
  const place = Math.floor(left / 31);
  const column = Math.floor((left - place * 31) / DOT);
  const row = Math.floor((y - 15) / DOT);
  if (column < 0 || column > 4 || row < 0 || row > 6) return false;
  const glyph = GLYPHS[answer[place] ?? ''];
  return glyph !== undefined && (((glyph[row] ?? 0) >> (4 - column)) & 1) === 1;
}

/** One thin stroke over the whole width. */
function strike({ pixels, width, height }: Picture): void {
  const from = randomInt(height);
  const to = randomInt(height);
  const bow = randomInt(20) - 10;
  for (let x = 0; x < width; x += 1) {
    const along = x / width;
    const y = Math.round(from + (to - from) * along + Math.sin(along * Math.PI) * bow);
    if (y >= 0 && y < height) pixels[y * width + x] = 96;
  }
}
