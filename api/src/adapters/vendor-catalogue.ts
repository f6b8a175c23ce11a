/** The vendor directory in this process's memory, so that creating a task asks the database nothing more. */
import {
  createVendorDirectory,
  type VendorCatalogue,
  type VendorDirectory,
  type VendorRow,
} from '@cfdi-live/domain';

/** The directory changes when a person syncs it; a minute later every process knows. */
const FRESH_FOR_MS = 60_000;

/**
 * Loads the directory when it is first asked for, and again behind the answers once it is old. While it cannot be loaded
 * again the old one serves; `current` rejects only when there never was one.
 */
export function createVendorCatalogue(deps: {
  load(): Promise<readonly VendorRow[]>;
  /** Default: a minute. */
  freshForMs?: number;
  /** Milliseconds of a clock that never goes back. */
  monotonic?: () => number;
}): VendorCatalogue {
  const monotonic = deps.monotonic ?? (() => performance.now());
  const freshForMs = deps.freshForMs ?? FRESH_FOR_MS;
  let known: { directory: VendorDirectory; at: number } | null = null;
  let loading: Promise<VendorDirectory> | null = null;

  const load = (): Promise<VendorDirectory> => {
    loading ??= deps
      .load()
      .then((vendors) => {
        known = { directory: createVendorDirectory(vendors), at: monotonic() };
        return known.directory;
      })
      .finally(() => {
        loading = null;
      });
    return loading;
  };

  return {
    async current() {
      if (known === null) return load();
      // Who finds it old goes on with it; the next look-up after a failure tries again.
      if (monotonic() - known.at >= freshForMs) load().catch(() => undefined);
      return known.directory;
    },
  };
}
