/**
 * `Content-Disposition` of a download (RFC 6266): an ASCII name that every client reads, and the true one for those
 * that can. A name comes from a portal, so nothing of it may end the header or leave a folder.
 */
export function attachmentNamed(fileName: string): string {
  const name = fileName.replaceAll(/[\u0000-\u001f\u007f/\\]|\p{Surrogate}/gu, '_');
  const ascii = name.replaceAll(/[^\x20-\x7e]|["%]/g, '_');
  const encoded = encodeURIComponent(name).replaceAll(
    /['()*]/g,
    (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${ascii}"; filename*=UTF-8''${encoded}`;
}
