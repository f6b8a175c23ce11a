import { ConflictError, type CfdiLive, type CreateTask, type Task } from '@cfdi-live/sdk';

export type Collected =
  | { kind: 'invoice'; uuid: string; files: { name: string; bytes: Uint8Array }[] }
  /** What happened, and who must act, in words for the person who handed the ticket in. */
  | { kind: 'failed'; reason: string; whatToDo: string };

const WHO_MUST_ACT = {
  integrator: 'Please correct the ticket and hand it in again.',
  taxpayer: 'Please check your tax data with SAT.',
  vendor: 'Only the shop can help here.',
  platform: 'We are looking into it; you need not do anything.',
  nobody: 'There is nothing that can be done.',
} as const;

/** A ticket in, its invoice's files out. Handing the same ticket in twice gives the same invoice. */
export async function collectInvoice(
  client: CfdiLive,
  ticket: CreateTask,
  say: (line: string) => void,
): Promise<Collected> {
  const id = await taskOf(client, ticket);
  const task = await client.tasks.waitFor(id, {
    onEvent: (event) => {
      if (event.type === 'task.step') say(event.data.summary);
    },
  });
  if (task.cfdi === null) return failed(task);
  const { uuid, xmlArtifactId, pdfArtifactId } = task.cfdi;
  const files = [{ name: `${uuid}.xml`, bytes: await client.artifacts.download(xmlArtifactId) }];
  if (pdfArtifactId !== null) {
    files.push({ name: `${uuid}.pdf`, bytes: await client.artifacts.download(pdfArtifactId) });
  }
  return { kind: 'invoice', uuid, files };
}

/** A ticket that was handed in before has its task already: that one will do. */
async function taskOf(client: CfdiLive, ticket: CreateTask): Promise<string> {
  try {
    return (await client.tasks.create(ticket)).id;
  } catch (error) {
    if (error instanceof ConflictError && error.taskId !== null) return error.taskId;
    throw error;
  }
}

function failed({ failure, status }: Task): Collected {
  if (failure === null) return { kind: 'failed', reason: status, whatToDo: '' };
  return { kind: 'failed', reason: failure.message.es, whatToDo: WHO_MUST_ACT[failure.whoMustAct] };
}
