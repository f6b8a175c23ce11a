/** What a route answers. */
export type Reply =
  | { readonly kind: 'json'; readonly status: number; readonly body: unknown; readonly headers?: Headers }
  | {
      readonly kind: 'bytes';
      readonly status: number;
      readonly bytes: Uint8Array | string;
      readonly headers: Headers;
    };

type Headers = Readonly<Record<string, string>>;

/** The errors that this server answers with. */
export const ERROR_TITLES = {
  400: 'Bad Request',
  401: 'Unauthorized',
  404: 'Not Found',
  410: 'Gone',
  413: 'Payload Too Large',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  502: 'Bad Gateway',
} as const;
export type ErrorStatus = keyof typeof ERROR_TITLES;

export const json = (status: number, body: unknown, headers?: Headers): Reply => ({
  kind: 'json',
  status,
  body,
  ...(headers && { headers }),
});

/** An error in Browserbase's form: `{ statusCode, error, message }`. */
export const failure = (
  status: ErrorStatus,
  message: string = ERROR_TITLES[status],
  headers?: Headers,
): Reply => json(status, { statusCode: status, error: ERROR_TITLES[status], message }, headers);
