import type { BrowserSettings } from './browser.ts';
import { REGIONS, type Region } from './record.ts';

/** A session as a client asked for it, defaults filled in. */
export type CreateParams = {
  readonly timeoutSeconds: number;
  readonly keepAlive: boolean;
  readonly projectId: string;
  readonly region: Region;
  readonly userMetadata: Readonly<Record<string, unknown>>;
  readonly logSession: boolean;
  readonly browser: BrowserSettings;
};

export type ParsedParams =
  { readonly ok: true; readonly params: CreateParams } | { readonly ok: false; readonly message: string };

const TIMEOUT_SECONDS = { min: 60, max: 21_600, default: 300 };
const METADATA_MAX_CHARACTERS = 512;
const VIEWPORT_SIDE = { min: 1, max: 8_192 };

type Json = Readonly<Record<string, unknown>>;

/** Reads a body field by field; the first thing wrong with it is what the client is told. */
const createReader = () => {
  const problems: string[] = [];
  const refuse = <T>(message: string, fallback: T): T => {
    problems.push(message);
    return fallback;
  };
  return {
    problems,
    refuse,
    object: (at: string, value: unknown): Json => {
      if (value === undefined) return {};
      if (typeof value !== 'object' || value === null || Array.isArray(value))
        return refuse(`${at} must be object`, {});
      return value as Json;
    },
    boolean: (at: string, value: unknown, fallback: boolean): boolean => {
      if (value === undefined) return fallback;
      return typeof value === 'boolean' ? value : refuse(`${at} must be boolean`, fallback);
    },
    string: (at: string, value: unknown, fallback: string): string => {
      if (value === undefined) return fallback;
      return typeof value === 'string' ? value : refuse(`${at} must be string`, fallback);
    },
    integer: (at: string, value: unknown, { min, max }: { min: number; max: number }): number => {
      if (typeof value !== 'number' || !Number.isInteger(value)) return refuse(`${at} must be integer`, min);
      if (value < min) return refuse(`${at} must be >= ${min}`, min);
      return value > max ? refuse(`${at} must be <= ${max}`, max) : value;
    },
  };
};
type Reader = ReturnType<typeof createReader>;

const regionOf = (reader: Reader, value: unknown): Region => {
  const fallback = 'us-west-2';
  if (value === undefined) return fallback;
  const region = REGIONS.find((known) => known === value);
  return region ?? reader.refuse('body/region must be equal to one of the allowed values', fallback);
};

const metadataOf = (reader: Reader, value: unknown): Json => {
  const metadata = reader.object('body/userMetadata', value);
  if (JSON.stringify(metadata).length <= METADATA_MAX_CHARACTERS) return metadata;
  return reader.refuse(`body/userMetadata must NOT have more than ${METADATA_MAX_CHARACTERS} characters`, {});
};

const browserOf = (reader: Reader, settings: Json): BrowserSettings => {
  const at = 'body/browserSettings';
  const { ignoreCertificateErrors } = settings;
  const { width, height } = reader.object(`${at}/viewport`, settings['viewport']);
  const rest = {
    ignoreCertificateErrors: reader.boolean(`${at}/ignoreCertificateErrors`, ignoreCertificateErrors, false),
  };
  if (width === undefined && height === undefined) return rest;
  const viewport = {
    width: reader.integer(`${at}/viewport/width`, width, VIEWPORT_SIDE),
    height: reader.integer(`${at}/viewport/height`, height, VIEWPORT_SIDE),
  };
  return { ...rest, viewport };
};

/** What would silently be less than was asked for is refused instead. */
const refuseUnsupported = ({ refuse }: Reader, body: Json, settings: Json): void => {
  const { proxies } = body;
  const asked: readonly (readonly [string, boolean])[] = [
    ['body/browserSettings/context', settings['context'] !== undefined],
    ['body/extensionId', body['extensionId'] !== undefined || settings['extensionId'] !== undefined],
    [
      'body/proxies with type external',
      Array.isArray(proxies) && proxies.some((proxy: Json | null) => proxy?.['type'] === 'external'),
    ],
  ];
  for (const [what, isAsked] of asked)
    if (isAsked) refuse(`${what} is not supported by this server`, undefined);
};

/**
 * Checks the body of `POST /v1/sessions`. Fields that mean nothing on a local browser (stealth, captcha solving,
 * recording, Browserbase's own proxies) are accepted and ignored. Messages are in the words of Browserbase's validator.
 */
export const parseCreateParams = (body: unknown): ParsedParams => {
  const reader = createReader();
  const json = reader.object('body', body);
  const settings = reader.object('body/browserSettings', json['browserSettings']);
  refuseUnsupported(reader, json, settings);
  const params: CreateParams = {
    timeoutSeconds: reader.integer(
      'body/timeout',
      json['timeout'] ?? TIMEOUT_SECONDS.default,
      TIMEOUT_SECONDS,
    ),
    keepAlive: reader.boolean('body/keepAlive', json['keepAlive'], false),
    projectId: reader.string('body/projectId', json['projectId'], 'local'),
    region: regionOf(reader, json['region']),
    userMetadata: metadataOf(reader, json['userMetadata']),
    logSession: reader.boolean('body/browserSettings/logSession', settings['logSession'], true),
    browser: browserOf(reader, settings),
  };
  const [message] = reader.problems;
  return message === undefined ? { ok: true, params } : { ok: false, message };
};
