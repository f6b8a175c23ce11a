/**
 * One of each kind of thing that a tenant has, made as the product makes it, for the suites that try every operation with
 * somebody else's. **Whoever adds a resource adds its maker here**; the suites fail with its name until then.
 */
import { decodeId, encodeId, newUuid, type IdKind } from '@cfdi-live/contract';
import { newCfdi } from '../helpers/invoice.ts';
import type { DescribedOperation, IdPlace } from './described.ts';
import { taskBody, type Caller, type World } from './world.ts';

/** `paths`: what stands in the path of an operation that needs another thing than the one of its kind. */
export type Own = Partial<Record<IdKind, string>> & { paths: Record<string, string> };

/** Kinds that belong to no tenant. */
export const EVERYBODYS: readonly IdKind[] = ['vendor'];
/** Kinds that are the same in both modes. */
export const OF_BOTH_MODES: readonly IdKind[] = ['tenant', 'member'];

/** `by` is a key of live mode with every scope. */
export async function makeOneOfEach(world: World, by: Caller): Promise<Own> {
  const create = async (path: string, body: unknown): Promise<string> => {
    const answer = await world.call<{ id: string }>('POST', path, { key: by.key, body });
    if (answer.status !== 201) throw new Error(`POST ${path} made nothing: ${answer.status}`);
    return answer.body.id;
  };
  const { id: profile } = await world.createProfile(by);
  const webhookEndpoint = await create('/v1/webhook-endpoints', { url: 'https://hooks.example.com/in' });
  const { id: task } = await world.createTask(by);
  const taskId = decodeId('task', task) ?? '';
  const artifactId = await world.putArtifact(by, taskId, { name: 'a.xml', bytes: new Uint8Array([60]) });
  const uuid = newUuid();
  await world.worker.withTenant(by, (tx) =>
    tx.cfdis.add(newCfdi(taskId, { uuid, xmlArtifactId: artifactId })),
  );
  const firstOf = async (path: string): Promise<string> => {
    const { body } = await world.call<{ data: { id: string }[] }>('GET', path, { key: by.key });
    const first = body.data[0]?.id;
    if (first === undefined) throw new Error(`GET ${path} lists nothing`);
    return first;
  };
  return {
    tenant: encodeId('tenant', by.tenantId),
    profile,
    webhookEndpoint,
    task,
    artifact: encodeId('artifact', artifactId),
    event: await firstOf(`/v1/tasks/${task}/events`),
    delivery: await firstOf(`/v1/webhook-endpoints/${webhookEndpoint}/deliveries`),
    credential: await create('/v1/credentials', {
      profileId: profile,
      vendorUrl: 'https://facturacion.example.com.mx/',
      username: 'somebody',
      password: 'correct horse',
    }),
    apiKey: await create('/v1/api-keys', { name: 'own', scopes: ['tasks:read'] }),
    member: await create('/v1/members', { userId: newUuid(), role: 'viewer' }),
    liveToken: await create(`/v1/tasks/${task}/live-tokens`, {
      mode: 'view',
      origin: 'https://app.example.com',
      actor: { id: 'user_81', label: 'Ana' },
    }),
    paths: { '/v1/cfdis/{uuid}': uuid, '/v1/tasks/{id}/retry': await cancelledTask(world, by) },
  };
}

/** Only what has ended can be tried again. */
async function cancelledTask(world: World, by: Caller): Promise<string> {
  const { id } = await world.createTask(by);
  await world.call('POST', `/v1/tasks/${id}/cancel`, { key: by.key });
  return id;
}

/**
 * Bodies that take an id of somebody, by operation: whole but for that id. **An operation whose body takes an id has one
 * here.** All others are sent their example.
 */
const BODIES: Record<string, (own: Own) => object> = {
  createTask: taskFor,
  createTaskBatch: (own) => ({ tasks: [taskFor(own)] }),
  retryTask: ({ profile }) => ({ profileId: profile }),
  createCredential: ({ profile }) => ({
    profileId: profile,
    vendorUrl: 'https://facturacion.example.com.mx/',
    username: 'somebody',
    password: 'correct horse',
  }),
};

function taskFor({ profile, credential }: Own): object {
  return { ...taskBody({ profile: undefined, profileId: profile }), credentialId: credential };
}

/** A body that could be right. */
export function bodyFor({ operationId, hasBody, example, ids }: DescribedOperation, own: Own): unknown {
  const made = BODIES[operationId];
  if (made !== undefined) return made(own);
  if (ids.some((place) => place.in === 'body')) {
    throw new Error(`${operationId} takes ids in its body: give it one in BODIES of tests/api/own.ts`);
  }
  if (hasBody && example === undefined) throw new Error(`the body of ${operationId} has no example`);
  return example;
}

/** The id of that kind, for this place. */
export function ownId({ path }: { path: string }, place: IdPlace, own: Own): string {
  const special = place.in === 'path' ? own.paths[path] : undefined;
  const id = special ?? (place.kind === 'other' ? undefined : own[place.kind]);
  if (id === undefined) {
    throw new Error(`nothing makes a ${place.kind} for ${path}: add it to makeOneOfEach in tests/api/own.ts`);
  }
  return id;
}

/** An id of that kind that nobody has. */
export function nobodysId(place: IdPlace): string {
  return place.kind === 'other' ? newUuid() : encodeId(place.kind, newUuid());
}

/** The path with these in the place of its parameters. */
export function fill(operation: DescribedOperation, idOf: (place: IdPlace) => string): string {
  return operation.ids
    .filter((place) => place.in === 'path')
    .reduce((path, place) => path.replace(`{${place.path[0] ?? ''}}`, idOf(place)), operation.path);
}

export function label({ method, path }: DescribedOperation): string {
  return `${method} ${path}`;
}
