/** An error refuses; a warning is told and refuses nothing. */
export type Severity = 'error' | 'warning';

/** A sentence for people: Spanish for those who use an invoice, English for those who run the system. */
export type Message = { readonly es: string; readonly en: string };

/** What a code of a closed list of findings stands for. */
export type FindingDefinition = { readonly severity: Severity } & Message;

/**
 * One thing that a check found. `values` are the facts behind it, under names that go with the code: they may hold
 * personal data (an RFC, a name), so they are for the owner of the invoice and not for logs. Messages never do.
 */
export type Finding<Code extends string> = {
  readonly code: Code;
  readonly severity: Severity;
  readonly message: Message;
  readonly values: Readonly<Record<string, string | number>>;
};

/** A maker of findings of one closed list, so that severity and wording live in the list alone. */
export function findingsOf<Code extends string>(
  list: Readonly<Record<Code, FindingDefinition>>,
): (code: Code, values?: Finding<Code>['values']) => Finding<Code> {
  return (code, values = {}) => {
    const { severity, es, en } = list[code];
    return { code, severity, message: { es, en }, values };
  };
}

/** Whether any of the findings refuses. */
export function hasError(findings: readonly Finding<string>[]): boolean {
  return findings.some(({ severity }) => severity === 'error');
}
