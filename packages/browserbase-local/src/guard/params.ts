import type { GuardRules } from './rules.ts';

/** Reads a body's `rules`. What is missing allows nothing; what is not of its type is named. */
export const readGuardRules = (
  value: unknown,
): { readonly ok: true; readonly rules: GuardRules } | { readonly ok: false; readonly message: string } => {
  if (!isObject(value)) return wrong('rules', 'an object');
  const lists = ['portalHosts', 'calledHosts', 'framePrefixes', 'secrets'] as const;
  for (const name of lists) {
    if (value[name] !== undefined && !isTexts(value[name])) return wrong(name, 'an array of strings');
  }
  const { assetHosts = [], contentSecurityPolicy = null } = value;
  if (assetHosts !== 'public' && !isTexts(assetHosts))
    return wrong('assetHosts', '"public" or an array of strings');
  if (contentSecurityPolicy !== null && !isHeaderText(contentSecurityPolicy))
    return wrong('contentSecurityPolicy', 'one line of text, or null');
  const [portalHosts, calledHosts, framePrefixes, secrets] = lists.map(
    (name) => (value[name] as string[] | undefined) ?? [],
  ) as [string[], string[], string[], string[]];
  return {
    ok: true,
    rules: { portalHosts, calledHosts, framePrefixes, secrets, assetHosts, contentSecurityPolicy },
  };
};

const wrong = (name: string, what: string) =>
  ({ ok: false, message: `body/${name} must be ${what}` }) as const;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isTexts = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((entry) => typeof entry === 'string');

const isHeaderText = (value: unknown): value is string =>
  typeof value === 'string' && !/[\r\n\0]/.test(value);
