/**
 * The vendor directory as it is reviewed: only vendors with a source, only what the source says. `npm run vendors:sync`
 * brings the database to it. Where sources contradict each other the value is left out, and a note says so.
 */
import { ROADS_AND_FUEL } from './roads-and-fuel.ts';
import { SHOPS } from './shops.ts';
import type { VendorRow } from './vendor-directory.ts';

export const VENDOR_DIRECTORY: readonly VendorRow[] = [...SHOPS, ...ROADS_AND_FUEL];
