import { WebSocket } from 'ws';

/** Above this much unsent data the sender is paused until the receiver has caught up. */
const HIGH_WATER_BYTES = 8 * 1024 * 1024;
const GOING_AWAY = 1001;

const forward = (from: WebSocket, to: WebSocket, data: Buffer | string, binary: boolean): void => {
  if (to.readyState !== WebSocket.OPEN) return;
  to.send(data, { binary }, () => {
    if (from.isPaused && to.bufferedAmount < HIGH_WATER_BYTES) from.resume();
  });
  if (to.bufferedAmount >= HIGH_WATER_BYTES) from.pause();
};

/**
 * Joins a client to Chromium until either closes, which closes the other.
 * @param translate gets each text message of the client, answers what Chromium shall get; undefined: nothing
 */
export const pipeSockets = (
  client: WebSocket,
  chromium: WebSocket,
  translate: (text: string) => string | undefined,
): void => {
  client.on('message', (data: Buffer, binary) => {
    const passed = binary ? data : translate(data.toString('utf8'));
    if (passed !== undefined) forward(client, chromium, passed, binary);
  });
  chromium.on('message', (data: Buffer, binary) => forward(chromium, client, data, binary));
  // An error is always followed by `close`, which is looked at here.
  client.on('error', () => undefined);
  client.once('close', () => chromium.close());
  chromium.once('close', () => client.close(GOING_AWAY, 'browser gone'));
};
