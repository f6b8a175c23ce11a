import path from 'node:path';

const MAX_STEM_BYTES = 180;

const truncate = (text: string, bytes: number): string => {
  let cut = text;
  while (Buffer.byteLength(cut) > bytes) cut = cut.slice(0, -1);
  return cut;
};

/**
 * The name of a finished download, as Browserbase gives it: `factura.xml` becomes `factura-1719265797164.xml`.
 * @param suggested what the page or the server called it; nothing of it can leave the folder
 * @param finishedAt milliseconds since the Unix epoch
 */
export const downloadName = (suggested: string, finishedAt: number): string => {
  // eslint-disable-next-line no-control-regex -- control characters are what is to be removed
  const base = path.basename(suggested.replaceAll('\\', '/')).replaceAll(/[\u0000-\u001f\u007f]/g, '');
  const extension = truncate(path.extname(base), 20);
  const stem = truncate(base.slice(0, base.length - path.extname(base).length), MAX_STEM_BYTES);
  return `${stem === '' ? 'download' : stem}-${finishedAt}${extension}`;
};
