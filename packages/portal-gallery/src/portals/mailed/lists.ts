/** This shop lists everything, whoever asks; whether it fits together it says afterwards. */
import { type CatalogueEntry, regimesFor, usesFor } from '../../fiscal.ts';

export type { CatalogueEntry };

const ONE_OF_EACH = ['EKU9003173C9', 'CACX7605101P8'];

const regimes = [
  ...new Map(ONE_OF_EACH.flatMap((rfc) => regimesFor(rfc).map((entry) => [entry.code, entry]))).values(),
];
const uses = [
  ...new Map(
    ONE_OF_EACH.flatMap((rfc) =>
      regimes.flatMap(({ code }) => usesFor(rfc, code).map((entry) => [entry.code, entry] as const)),
    ),
  ).values(),
];
const byCode = (a: CatalogueEntry, b: CatalogueEntry) => a.code.localeCompare(b.code);

export const FISCAL = { regimes: regimes.toSorted(byCode), uses: uses.toSorted(byCode) };
