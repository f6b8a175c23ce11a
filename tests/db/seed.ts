/** A row in every table, made the way the product makes them. */
import { newUuid } from '@cfdi-live/contract';
import type { TenantScope } from '@cfdi-live/domain';
import { claimed, created, PROFILE, type Fixture } from './support.ts';

export async function seedEveryTable({ api, worker, admin }: Fixture, scope: TenantScope): Promise<void> {
  await admin.createApiKey({ ...scope, name: 'seed' });
  const profileId = newUuid();
  await api.withTenant(scope, async (tx) => {
    await tx.profiles.create({ ...PROFILE, id: profileId, externalId: 'seed' });
    await tx.webhooks.createEndpoint({
      id: newUuid(),
      url: 'https://example.com/hook',
      secret: 'whsec_c2VjcmV0IG9mIGFuIGVuZHBvaW50',
    });
    await tx.audit.add({ actor: 'system:seed', action: 'profile.changed', subject: null });
  });
  const task = await created(api, scope, { profileId, metadata: { order: 'seed' } });
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
    await tx.cfdis.add({
      uuid: newUuid(),
      taskId: task.id,
      xmlArtifactId: xmlId,
      pdfArtifactId: null,
      verdict: 'authenticated',
      accepted: true,
      emisorRfc: 'EKU9003173C9',
      total: '1160.00',
      issuedAt: '2026-11-20T10:00:00',
      facts: { receptor: { rfc: PROFILE.rfc, nombre: PROFILE.fullName } },
      findings: [{ code: 'receptor_ok', value: PROFILE.rfc }],
    });
  });
  const [due] = await worker.system.claimDeliveries({ limit: 1, lockMs: 1000 });
  if (due === undefined) throw new Error('nothing to deliver');
  await worker.system.settleDelivery(
    scope,
    due.id,
    { status: 500, durationMs: 5, responseHead: 'no', error: null },
    { state: 'pending', at: new Date() },
  );
}
