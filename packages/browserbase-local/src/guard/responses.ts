import type { CdpConnection } from '../cdp/connection.ts';

type Header = { readonly name: string; readonly value: string };

/**
 * Gives documents and worker scripts to the browser anew, with the policy among their headers: Chromium reads policies
 * before `Fetch.continueResponse` could add one.
 */
export const answerResponse = async (
  connection: CdpConnection,
  event: Record<string, unknown>,
  policy: string | null,
): Promise<void> => {
  const { requestId, responseErrorReason, resourceType } = event;
  const status = Number(event['responseStatusCode'] ?? 0);
  const headers = (event['responseHeaders'] ?? []) as readonly Header[];
  const hasBody = status >= 200 && status !== 204 && !(status >= 300 && status < 400);
  if (
    policy === null ||
    responseErrorReason !== undefined ||
    !hasBody ||
    !runsScripts(resourceType, headers)
  ) {
    await connection.send('Fetch.continueResponse', { requestId });
    return;
  }
  const { body, base64Encoded } = await connection.send('Fetch.getResponseBody', { requestId });
  const text = String(body);
  await connection.send('Fetch.fulfillRequest', {
    requestId,
    responseCode: status,
    responseHeaders: [
      // The body comes decoded.
      ...headers.filter(({ name }) => !/^content-(encoding|length)$/i.test(name)),
      { name: 'Content-Security-Policy', value: policy },
    ],
    body: base64Encoded === true ? text : Buffer.from(text).toString('base64'),
  });
};

/** Pages of any markup, and what workers are made of; not files to be saved, pictures, or what a viewer shows. */
const runsScripts = (resourceType: unknown, headers: readonly Header[]): boolean => {
  const named = (wanted: string): string =>
    headers.find(({ name }) => name.toLowerCase() === wanted)?.value ?? '';
  if (/^\s*attachment/i.test(named('content-disposition'))) return false;
  const type = named('content-type');
  if (resourceType === 'Document') return type === '' || /html|xml|text\/plain/i.test(type);
  return /script|json|text\/plain/i.test(type);
};
