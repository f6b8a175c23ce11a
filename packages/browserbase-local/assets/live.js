// The live view of a browser: the picture of one of its pages on a canvas, a person's mouse and keyboard back to it.
// Address: ?ws=<path of a page's socket> [&readonly] [&quality=60]

import { showDialog } from './dialog.js';
import { watchTabs } from './tabs.js';

const query = new URLSearchParams(location.search);
const readonly = query.has('readonly') && query.get('readonly') !== 'false';
const quality = Number(query.get('quality') ?? 60);
const screen = document.getElementById('screen');
const keyboard = document.getElementById('keyboard');
const picture = screen.getContext('2d', { alpha: false, desynchronized: true });

// /debug/<session>/devtools/page/<page>?token=…
const first = new URL(query.get('ws') ?? '', location.href);
const socketOf = (page) => {
  const address = new URL(first);
  address.protocol = location.protocol === 'https:' ? 'wss:' : 'ws:';
  address.pathname = first.pathname.replace(/[^/]+$/, page);
  return address;
};

let lastId = 0;
let socket;
let frame = { deviceWidth: 1, deviceHeight: 1, offsetTop: 0 };
const send = (method, params = {}) => {
  if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify({ id: ++lastId, method, params }));
};

// The pop-up of a native <select> is a window of the system and not in the picture; this one is part of the page.
const STYLED_SELECTS = `(() => {
  const style = document.createElement('style');
  style.textContent = 'select:not([multiple],[size]), ::picker(select) { appearance: base-select }';
  (document.head ?? document.documentElement)?.append(style);
})()`;

const start = (isSwitch) => {
  send('Page.enable');
  if (!readonly) {
    // A page in the background is not drawn.
    if (isSwitch) send('Page.bringToFront');
    send('Page.addScriptToEvaluateOnNewDocument', {
      source: `addEventListener('DOMContentLoaded', () => ${STYLED_SELECTS})`,
    });
    send('Runtime.evaluate', { expression: STYLED_SELECTS });
  }
  send('Page.startScreencast', {
    format: 'jpeg',
    quality,
    maxWidth: 1920,
    maxHeight: 1920,
    everyNthFrame: 1,
  });
};

const show = async ({ data, sessionId, metadata }, from) => {
  send('Page.screencastFrameAck', { sessionId });
  const bytes = Uint8Array.from(atob(data), (char) => char.charCodeAt(0));
  const bitmap = await createImageBitmap(new Blob([bytes], { type: 'image/jpeg' }));
  if (from !== socket) return;
  if (screen.width !== bitmap.width || screen.height !== bitmap.height) {
    screen.width = bitmap.width;
    screen.height = bitmap.height;
  }
  picture.drawImage(bitmap, 0, 0);
  bitmap.close();
  frame = metadata;
  screen.dataset.page = from.page;
  screen.dataset.frames = String(Number(screen.dataset.frames ?? 0) + 1);
};

const connect = (page, isSwitch) => {
  const opened = Object.assign(new WebSocket(socketOf(page)), { page });
  socket?.close();
  socket = opened;
  showDialog(null);
  opened.addEventListener('open', () => start(isSwitch));
  opened.addEventListener('message', ({ data }) => {
    if (opened !== socket) return;
    const { method, params } = JSON.parse(data);
    if (method === 'Page.screencastFrame') void show(params, opened);
    if (method === 'Page.javascriptDialogClosed') showDialog(null);
    if (method === 'Page.javascriptDialogOpening')
      showDialog(params, readonly ? null : (answer) => send('Page.handleJavaScriptDialog', answer));
  });
  // The page may be gone while its browser goes on.
  opened.addEventListener('close', () => opened === socket && tabs.look());
};

const tabs = watchTabs({
  first,
  connect,
  onGone: () => {
    document.getElementById('notice').hidden = false;
    // What a page that frames Browserbase's live view listens for.
    if (parent !== window) parent.postMessage('browserbase-disconnected', '*');
  },
});

/** A point of the canvas element as CSS pixels of the page. */
const pointOf = ({ clientX, clientY }) => {
  const box = screen.getBoundingClientRect();
  const scale = Math.min(box.width / screen.width, box.height / screen.height);
  const left = box.left + (box.width - screen.width * scale) / 2;
  const top = box.top + (box.height - screen.height * scale) / 2;
  return {
    x: ((clientX - left) / scale) * (frame.deviceWidth / screen.width),
    y: ((clientY - top) / scale) * (frame.deviceHeight / screen.height) - (frame.offsetTop ?? 0),
  };
};

const modifiersOf = ({ altKey, ctrlKey, metaKey, shiftKey }) =>
  (altKey ? 1 : 0) | (ctrlKey ? 2 : 0) | (metaKey ? 4 : 0) | (shiftKey ? 8 : 0);

const BUTTONS = ['left', 'middle', 'right'];
const mouse = (type, event) => {
  const moved = type === 'mouseMoved';
  const held = event.buttons & 1 ? 'left' : 'none';
  send('Input.dispatchMouseEvent', {
    type,
    ...pointOf(event),
    modifiers: modifiersOf(event),
    buttons: event.buttons,
    button: moved ? held : (BUTTONS[event.button] ?? 'none'),
    clickCount: moved ? 0 : Math.max(1, event.detail),
  });
};

const MOVE_INTERVAL_MS = 16;
let lastMove = 0;

const listenToMouse = () => {
  screen.addEventListener('mousedown', (event) => {
    keyboard.focus({ preventScroll: true });
    mouse('mousePressed', event);
    event.preventDefault();
  });
  screen.addEventListener('mouseup', (event) => mouse('mouseReleased', event));
  screen.addEventListener('mousemove', (event) => {
    if (event.buttons === 0 && event.timeStamp - lastMove < MOVE_INTERVAL_MS) return;
    lastMove = event.timeStamp;
    mouse('mouseMoved', event);
  });
  screen.addEventListener('contextmenu', (event) => event.preventDefault());
  screen.addEventListener(
    'wheel',
    (event) => {
      const { deltaX, deltaY } = event;
      send('Input.dispatchMouseEvent', {
        type: 'mouseWheel',
        ...pointOf(event),
        deltaX,
        deltaY,
        modifiers: modifiersOf(event),
      });
      event.preventDefault();
    },
    { passive: false },
  );
};

/** Keys that write nothing, and shortcuts; text comes through the hidden field, composed as the person's system does. */
const key = (event, down) => {
  const { key, code, keyCode, ctrlKey, metaKey, repeat } = event;
  const isShortcut = ctrlKey || metaKey;
  if (event.isComposing || ['Dead', 'Process', 'Unidentified'].includes(key)) return;
  if (key.length === 1 && !isShortcut) return;
  if (isShortcut && key.toLowerCase() === 'v') return;
  const text = key === 'Enter' ? '\r' : undefined;
  send('Input.dispatchKeyEvent', {
    type: !down ? 'keyUp' : text === undefined ? 'rawKeyDown' : 'keyDown',
    key,
    code,
    windowsVirtualKeyCode: keyCode,
    nativeVirtualKeyCode: keyCode,
    modifiers: modifiersOf(event),
    autoRepeat: repeat,
    ...(down && text !== undefined && { text, unmodifiedText: text }),
    ...(down && isShortcut && key.toLowerCase() === 'a' && { commands: ['selectAll'] }),
  });
  event.preventDefault();
};

const insert = (text) => {
  keyboard.value = '';
  if (text !== '') send('Input.insertText', { text });
};

const listenToKeyboard = () => {
  keyboard.addEventListener('keydown', (event) => key(event, true));
  keyboard.addEventListener('keyup', (event) => key(event, false));
  keyboard.addEventListener('input', (event) => {
    if (!event.isComposing) insert(event.data ?? keyboard.value);
  });
  keyboard.addEventListener('compositionend', (event) => insert(event.data));
  addEventListener('paste', (event) => {
    event.preventDefault();
    insert(event.clipboardData.getData('text/plain'));
  });
};

if (!readonly) {
  listenToMouse();
  listenToKeyboard();
}
