import { captchaPng, drawnCaptcha } from './captcha-png.ts';

/** The pictures of letters that one portal has drawn. */
export type CaptchaBook = {
  /** Another picture each time. */
  draw(): { readonly answer: string; readonly png: Buffer };
  /** What the newest picture says, so that a test can play the person who reads it; undefined before the first. */
  newest(): string | undefined;
};

export function createCaptchaBook(): CaptchaBook {
  let newest: string | undefined;
  return {
    draw: () => {
      newest = drawnCaptcha();
      return { answer: newest, png: captchaPng(newest) };
    },
    newest: () => newest,
  };
}
