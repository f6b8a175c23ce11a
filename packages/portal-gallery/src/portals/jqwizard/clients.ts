import type { Receptor } from '@cfdi-live/cfdi';

/** What the chain remembers of a customer from his last invoice. It may be years old. */
export type Client = Omit<Receptor, 'rfc'> & { readonly mail: string };

export type ClientBook = {
  get(rfc: string): Client | undefined;
  remember(rfc: string, client: Client): void;
};

/** One customer is known from before and has moved since: his postal code here is no longer the one SAT has. */
const knownFromBefore: readonly [string, Client][] = [
  [
    'EKU9003173C9',
    {
      name: 'ESCUELA KEMPER URGATE',
      postalCode: '26015',
      regime: '601',
      use: 'G03',
      mail: 'contabilidad@kemper.example',
    },
  ],
];

export function createClientBook(): ClientBook {
  const clients = new Map(knownFromBefore);
  return { get: (rfc) => clients.get(rfc), remember: (rfc, client) => void clients.set(rfc, client) };
}
