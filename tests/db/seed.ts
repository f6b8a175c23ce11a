/** A row in every table, made the way the product makes them. */
import { newUuid } from '@cfdi-live/contract';
import type { TenantScope } from '@cfdi-live/domain';
import { newCfdi } from '../helpers/invoice.ts';
import { newVendor } from '../helpers/vendor.ts';
import { asSuperuser, claimed, created, PROFILE, type Fixture } from './support.ts';

export async function seedEveryTable(fixture: Fixture, scope: TenantScope): Promise<void> {
  const { api, worker, admin, test } = fixture;
  await admin.createApiKey({ ...scope, name: 'seed' });
  const profileId = newUuid();
  await api.withTenant(scope, async (tx) => {
    await tx.profiles.create({
      ...PROFILE,
      id: profileId,
      externalId: 'seed',
      companyDetails: { telefono: '477 123 4567' },
    });
    await tx.credentials.create({
      id: newUuid(),
      profileId,
      vendorDomain: 'example.com.mx',
      username: 'xochilt@despacho.example',
      password: 'a password of the seed',
      totpSecret: 'otpauth://totp/?secret=JBSWY3DPEHPK3PXP',
      additionalFields: { sucursal: 'matriz' },
    });
    await tx.webhooks.createEndpoint({
      id: newUuid(),
      url: 'https://example.com/hook',
      secret: 'whsec_c2VjcmV0IG9mIGFuIGVuZHBvaW50',
    });
    await tx.members.add({ userId: newUuid(), role: 'owner', invitedBy: 'system:seed' });
    await tx.audit.add({ actor: 'system:seed', action: 'profile.changed', subject: null });
  });
  await admin.syncVendors({
    sandbox: true,
    vendors: [newVendor({ slug: `seed-${scope.tenantId.slice(-12)}`, sandbox: true })],
  });
  // Only what has a limit is counted.
  const plan = (name: string) =>
    asSuperuser(test, 'update tenants set plan = $2 where id = $1', [scope.tenantId, name]);
  await plan('standard');
  const task = await created(api, scope, { profileId, metadata: { order: 'seed' } });
  await plan('unlimited');
  await keepAnswer(test, scope);
  const { run } = await claimed(worker, task.id);
  await created(api, scope);
  const sessionId = newUuid();
  const xmlId = newUuid();
  await worker.withTenant(scope, async (tx) => {
    await tx.tasks.addStep(run, {
      id: newUuid(),
      index: 1,
      type: 'input',
      summary: 'typed {rfc}',
      planner: 'form',
      confidence: 0.9,
      durationMs: 12,
      tokens: 0,
      costUsd: 0,
      screenshotArtifactId: null,
    });
    await tx.sessions.open(run, { id: sessionId });
    await tx.liveTokens.create({
      taskId: task.id,
      access: 'view',
      origin: 'https://app.example.com',
      actor: { id: 'u-1', label: PROFILE.fullName },
      ttlSeconds: 900,
      createdBy: 'system:seed',
    });
    await tx.artifacts.add({
      id: xmlId,
      taskId: task.id,
      kind: 'xml',
      fileName: `${PROFILE.rfc}_1.xml`,
      contentType: 'application/xml',
      size: 10,
      sha256: 'a'.repeat(64),
      storagePath: `${scope.tenantId}/${xmlId}`,
    });
    const pictureId = newUuid();
    await tx.artifacts.add({
      id: pictureId,
      taskId: task.id,
      kind: 'screenshot',
      fileName: `${PROFILE.rfc}_1.png`,
      contentType: 'image/png',
      size: 10,
      sha256: 'b'.repeat(64),
      storagePath: `${scope.tenantId}/${pictureId}`,
    });
    await tx.cfdis.add(newCfdi(task.id, { xmlArtifactId: xmlId }));
  });
  await worker.withTenant(scope, async (tx) => {
    await tx.sessions.activate(sessionId, 'bb-seed');
    const parking = {
      agentState: { seed: true },
      sessionId,
      mostWarm: 1000,
      answerable: true,
      pictureArtifactId: null,
      vendorMessage: null,
    };
    await tx.tasks.endRun(run, {
      on: 'need_person',
      reason: 'captcha',
      until: new Date(Date.now() + 3_600_000),
      parking,
    });
    const actor = { id: 'u-1', label: PROFILE.fullName };
    await tx.control.take(task.id, { holder: `api_key:${newUuid()}`, actor, insteadOf: null });
  });
  const [due] = await worker.system.claimDeliveries({ limit: 1, lockMs: 1000, perEndpoint: 1 });
  if (due === undefined) throw new Error('nothing to deliver');
  await worker.system.settleDelivery(
    due,
    { status: 500, durationMs: 5, responseHead: 'no', error: null },
    { state: 'pending', delayMs: 0 },
  );
  await seedWhatNothingWritesYet(fixture, scope, task.id);
}

/** Tables whose writers are still to come. */
async function seedWhatNothingWritesYet({ test }: Fixture, scope: TenantScope, taskId: string) {
  const hash = `decode(repeat('ab', 32), 'hex')`;
  await asSuperuser(
    test,
    `with mail as (
       insert into inbound_mails (id, tenant_id, mode, task_id, token_hash, message_id_hash, body_hash, content, size)
         values (gen_random_uuid(), $1, 'test', $2, ${hash}, ${hash}, ${hash}, 'sealed', 6)
     ), recipe as (
       insert into vendor_recipes (id, tenant_id, host, version, steps)
         values (gen_random_uuid(), $1, 'example.com.mx', 1, '[]')
     ), usage as (
       insert into usage_days (tenant_id, mode, day, vendor_host) values ($1, 'test', '2026-01-01', 'example.com.mx')
     ), portal as (
       insert into portal_states (host) values ('example.com.mx') on conflict do nothing
     )
     insert into storage_deletions (tenant_id, storage_path) values ($1, 'gone/' || $2::uuid)`,
    [scope.tenantId, taskId],
  );
  await asSuperuser(test, 'select app.check_health()');
}

async function keepAnswer(test: Fixture['test'], { tenantId, mode }: TenantScope): Promise<void> {
  await asSuperuser(
    test,
    `insert into idempotency_keys (tenant_id, mode, key_hash, request_hash, status, body)
     values ($1, $2, $3, $3, 201, $4)`,
    [tenantId, mode, Buffer.alloc(32, 1), Buffer.from('sealed')],
  );
}
