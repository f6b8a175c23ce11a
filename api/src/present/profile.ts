import { encodeId, type Profile } from '@cfdi-live/contract';
import { checkProfile, type ProfileRow } from '@cfdi-live/domain';
import { timestamp } from './common.ts';

/** A profile with what is doubtful about it. Its rules may have grown since it was stored: an error is told too. */
export function presentProfile(row: ProfileRow): Profile {
  const checked = checkProfile(row);
  return {
    id: encodeId('profile', row.id),
    externalId: row.externalId,
    rfc: row.rfc,
    fullName: row.fullName,
    fiscalRegime: row.fiscalRegime,
    postalCode: row.postalCode,
    cfdiUse: row.cfdiUse,
    email: row.email,
    companyDetails: row.companyDetails ?? null,
    mode: row.mode,
    warnings: checked.ok ? checked.warnings : checked.errors,
    createdAt: timestamp(row.createdAt),
    updatedAt: timestamp(row.updatedAt),
  };
}
