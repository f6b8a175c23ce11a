/** Calls the API. `{ ok, status, data }`; a broken connection is status 0. */
export async function call(path, body) {
  const options =
    body === undefined
      ? {}
      : { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  try {
    const response = await fetch(`/api/v2${path}`, options);
    return { ok: response.ok, status: response.status, data: await response.json() };
  } catch {
    return { ok: false, status: 0, data: { mensaje: 'No fue posible conectar con el servidor.' } };
  }
}

/** Saves a document of an invoice under its UUID. */
export async function download(uuid, type) {
  const response = await fetch(`/api/v2/facturas/${uuid}/${type}`);
  const url = URL.createObjectURL(await response.blob());
  const link = document.createElement('a');
  link.href = url;
  link.download = `${uuid}.${type}`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
