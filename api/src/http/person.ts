/** People, as whoever knows their tokens tells of them. */
import type { Person } from '@cfdi-live/domain';

/** The person behind an access token, or null for every kind of wrong one. Throws `SignersUnavailable`. */
export type VerifyPerson = (token: string) => Promise<Person | null>;

/** Who signed a token cannot be told at the moment: HTTP 503. */
export class SignersUnavailable extends Error {
  constructor(options?: ErrorOptions) {
    super('the keys that sign access tokens cannot be read', options);
    this.name = 'SignersUnavailable';
  }
}
