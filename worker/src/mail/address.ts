/** Mail addresses of tasks: `t-<token>@<INBOUND_DOMAIN>`. */

const LOCAL = /^t-([a-z2-7]{24})$/;

export function mailboxAddress(token: string, domain: string): string {
  return `t-${token}@${domain}`;
}

/** The token in an address of ours; null for every other address. Senders do not keep the case of what they were told. */
export function tokenOf(address: string, domain: string): string | null {
  const at = address.lastIndexOf('@');
  if (at < 0 || address.slice(at + 1).toLowerCase() !== domain.toLowerCase()) return null;
  return LOCAL.exec(address.slice(0, at).toLowerCase())?.[1] ?? null;
}
