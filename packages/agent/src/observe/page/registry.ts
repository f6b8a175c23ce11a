/** Numbers for elements, the same for one element as long as its document lives. Runs inside pages. */

/** Names this document for as long as it lives. (`randomUUID` is missing on plain HTTP.) */
export const documentId = `${performance.timeOrigin}-${Math.random()}`;

const numbers = new WeakMap<Element, number>();
const elements = new Map<number, WeakRef<Element>>();
let last = 0;

export function numberOf(element: Element): number {
  const known = numbers.get(element);
  if (known !== undefined) return known;
  last += 1;
  numbers.set(element, last);
  elements.set(last, new WeakRef(element));
  return last;
}

/** The element with this number, if it is still in the document. */
export function elementOf(n: number): Element | null {
  const element = elements.get(n)?.deref();
  return element?.isConnected === true ? element : null;
}
