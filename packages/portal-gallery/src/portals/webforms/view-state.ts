import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** ASP.NET's hidden `__VIEWSTATE`: the page's own state, signed with the server's machine key. */
export type ViewState<State> = {
  seal(page: string, state: State): string;
  /** Undefined if the text was not sealed for this page by this process ("Validation of viewstate MAC failed"). */
  open(page: string, sealed: string): State | undefined;
};

const MAC_BYTES = 20;

export function createViewState<State>(): ViewState<State> {
  const machineKey = randomBytes(24);
  const mac = (page: string, payload: Buffer): Buffer =>
    createHmac('sha1', machineKey).update(page).update(payload).digest();
  return {
    seal: (page, state) => {
      const payload = Buffer.from(JSON.stringify(state));
      return Buffer.concat([payload, mac(page, payload)]).toString('base64');
    },
    open: (page, sealed) => {
      const bytes = Buffer.from(sealed, 'base64');
      if (bytes.length <= MAC_BYTES) return undefined;
      const payload = bytes.subarray(0, -MAC_BYTES);
      if (!timingSafeEqual(bytes.subarray(-MAC_BYTES), mac(page, payload))) return undefined;
      return JSON.parse(payload.toString('utf8')) as State;
    },
  };
}
