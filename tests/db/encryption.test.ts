import { newUuid } from '@cfdi-live/contract';
import { SealBroken } from '@cfdi-live/db';
import { expect, test } from 'vitest';
import { seedEveryTable } from './seed.ts';
import { asSuperuser, PROFILE, useFixture } from './support.ts';

const fixture = useFixture();

test('a value that is moved to another row, column or tenant does not open', async () => {
  const { api, scope } = fixture;
  const other = await fixture.newTenant();
  const [one, two, foreign] = [newUuid(), newUuid(), newUuid()];
  await api.withTenant(scope, async (tx) => {
    await tx.profiles.create({ ...PROFILE, id: one, externalId: 'one' });
    await tx.profiles.create({ ...PROFILE, id: two, externalId: 'two', email: 'other@example.com' });
  });
  await api.withTenant(other, (tx) => tx.profiles.create({ ...PROFILE, id: foreign, externalId: null }));
  const read = () => api.withTenant(scope, (tx) => tx.profiles.get(two));
  expect((await read())?.email).toBe('other@example.com');
  for (const from of [
    `p.email from user_profiles p where p.id = $2`,
    `p.rfc from user_profiles p where p.id = $1`,
  ]) {
    await asSuperuser(
      fixture.test,
      `update user_profiles set email = (select ${from}) where id = $1 and ($2::uuid is not null)`,
      [two, one],
    );
    await expect(read()).rejects.toThrow(SealBroken);
  }
  await asSuperuser(
    fixture.test,
    'update user_profiles set email = (select p.email from user_profiles p where p.id = $2) where id = $1',
    [two, foreign],
  );
  await expect(read()).rejects.toThrow(SealBroken);
});

test('a dump of every table holds nothing of a receptor in clear', async () => {
  await seedEveryTable(fixture, fixture.scope);
  const tables = await asSuperuser<{ name: string }>(
    fixture.test,
    `select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r'`,
  );
  let dump = '';
  for (const { name } of tables) {
    const rows = await asSuperuser<{ row: string }>(
      fixture.test,
      `select t::text as row from public.${name} t`,
    );
    expect(rows.length, name).toBeGreaterThan(0);
    dump += rows.map(({ row }) => row).join('\n');
  }
  // The dump does show what is stored in clear, and `bytea` as hex.
  expect(dump).toContain('facturacion.example.com.mx');
  for (const canary of [PROFILE.rfc, PROFILE.fullName, 'CASAS', PROFILE.email, 'whsec_']) {
    for (const form of [
      canary,
      Buffer.from(canary).toString('hex'),
      Buffer.from(canary).toString('base64'),
    ]) {
      expect(dump.toLowerCase(), form).not.toContain(form.toLowerCase());
    }
  }
});

test('a profile is found again by its RFC, and is one per external id', async () => {
  const create = (externalId: string | null, rfc = PROFILE.rfc) =>
    fixture.api.withTenant(fixture.scope, (tx) =>
      tx.profiles.create({ ...PROFILE, rfc, id: newUuid(), externalId }),
    );
  const first = await create(null);
  if (first.kind !== 'created') throw new Error(first.kind);
  expect(first.profile).toMatchObject({ ...PROFILE, externalId: null, mode: 'test' });
  expect(await create(null, PROFILE.rfc.toLowerCase())).toEqual({
    kind: 'taken',
    profileId: first.profile.id,
  });
  expect((await create('store-2')).kind).toBe('created');
  expect((await create(null, 'EKU9003173C9')).kind).toBe('created');
});
