// The tabs of the browser that is looked at. A tab that opens comes to the front, as in every browser.

const LOOK_AGAIN_MS = 1_000;
const bar = document.getElementById('tabs');

/** `first` is the address of the first page's socket; `connect` is called with the id of the page to show. */
export const watchTabs = ({ first, connect, onGone }) => {
  const [, session, page] = /^\/debug\/([^/]+)\/devtools\/page\/([^/]+)$/.exec(first.pathname) ?? [];
  const list = new URL(`/debug/${session}/pages${first.search}`, location.href);
  let shown = page;
  let known = null;
  let looking = Promise.resolve();

  const turnTo = (id) => {
    shown = id;
    connect(id, true);
  };

  const draw = (pages) => {
    bar.hidden = pages.length < 2;
    bar.replaceChildren(
      ...pages.map(({ id, title, url }) => {
        const tab = document.createElement('button');
        tab.textContent = title || url || 'New tab';
        tab.title = url;
        tab.ariaCurrent = id === shown ? 'page' : null;
        tab.addEventListener('click', () => id !== shown && (turnTo(id), draw(pages)));
        return tab;
      }),
    );
  };

  const read = async () => {
    const answer = await fetch(list).catch(() => null);
    if (answer === null || !answer.ok) return onGone();
    const { pages } = await answer.json();
    const fresh = known === null ? undefined : pages.find(({ id }) => !known.has(id));
    const next = fresh ?? (pages.some(({ id }) => id === shown) ? undefined : pages.at(-1));
    known = new Set(pages.map(({ id }) => id));
    if (pages.length === 0) return onGone();
    if (next !== undefined) turnTo(next.id);
    draw(pages);
    timer = setTimeout(look, LOOK_AGAIN_MS);
  };
  let timer;
  const look = () => {
    clearTimeout(timer);
    looking = looking.then(read, read);
  };

  // `connect` may call `look` before this function has returned.
  queueMicrotask(() => {
    connect(shown, false);
    look();
  });
  return { look };
};
