import { fnv1a } from './sale.ts';

const ALPHABET = 'ABCDEFGHJKMNPQRSTUVWXYZ23456789';
const LENGTH = 5;

/** What a person reads in the picture that a ticket's CAPTCHA shows. Pure, so a test can play that person. */
export function captchaAnswer(ticket: string): string {
  return Array.from(
    { length: LENGTH },
    (_, index) => ALPHABET[fnv1a(`${ticket}/${index}`) % ALPHABET.length] ?? 'A',
  ).join('');
}

/** The picture: letters turned and shifted, crossed by lines, all derived from the answer. */
export function captchaImage(answer: string): string {
  const random = (salt: string, range: number): number => fnv1a(`${answer}#${salt}`) % range;
  const letters = Array.from(answer, (letter, index) => {
    const x = 16 + index * 30 + random(`x${index}`, 8);
    const y = 34 + random(`y${index}`, 12);
    const turn = random(`r${index}`, 50) - 25;
    const size = 24 + random(`s${index}`, 10);
    return `<text x="${x}" y="${y}" font-size="${size}" transform="rotate(${turn} ${x} ${y})">${letter}</text>`;
  });
  const lines = Array.from({ length: 7 }, (_, index) => {
    const y = (end: string): number => random(`${end}${index}`, 56);
    return `<path d="M0 ${y('a')} Q ${random(`q${index}`, 180)} ${y('b')} 180 ${y('c')}" stroke="#5a6b7c" fill="none"/>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="180" height="56" viewBox="0 0 180 56"><rect width="180" height="56" fill="#e9edf0"/><g font-family="Georgia, serif" font-weight="bold" fill="#26384a">${letters.join('')}</g>${lines.join('')}</svg>`;
}
