/** Whether a field that formats what it is given holds what was typed. */

/** Equal but for the letters a mask adds, case, accents, and the way a number is grouped. */
export function equalModuloMask(typed: string, read: string): boolean {
  if (typed === read) return true;
  const one = number(typed);
  const other = number(read);
  // A point that a mask moved makes another amount, though the digits are the same.
  if (one !== null && other !== null) return one === other;
  const wanted = core(typed);
  return wanted === core(read) && (wanted !== '' || typed.trim() === read.trim());
}

function core(text: string): string {
  return text
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toUpperCase()
    .replace(/[^A-Z0-9&]/g, '');
}

/** `$ 1,160.00`, `1160.0`, `1160` are the same; both ways of grouping. Integer cents as text keep it exact. */
function number(text: string): string | null {
  const bare = text.replace(/[\s$]|MXN|MN/gi, '');
  const match = /^(\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d*))?$/.exec(bare);
  if (match === null) return null;
  const whole = (match[1] ?? '').replaceAll(',', '').replace(/^0+(?=\d)/, '');
  return `${whole}.${(match[2] ?? '').replace(/0+$/, '')}`;
}
