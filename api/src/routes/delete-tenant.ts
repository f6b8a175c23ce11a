import { deleteTenant } from '@cfdi-live/domain';
import { z } from 'zod';
import { operation } from '../http/operation.ts';
import { problem } from '../http/problems.ts';
import { idParam } from '../http/schemas.ts';

const query = z.strictObject({
  confirm: z
    .string()
    .min(1)
    .max(200)
    .meta({ description: "The tenant's name, as it stands: nobody ends a tenant by mistake." }),
});

export const deleteTenantOperation = operation(
  {
    method: 'delete',
    path: '/v1/tenants/{id}',
    operationId: 'deleteTenant',
    tags: ['Access'],
    summary: 'Delete a tenant',
    description:
      'For its owners. At once: its encryption keys are destroyed, so that nothing of it can be read again; API keys, live tokens and memberships end; tasks are cancelled; nothing more is delivered. Rows and files follow in the background. There is no way back. While a task is between the click that issues and its answer, the tenant stays: try again a few seconds later.',
    scope: null,
    members: ['owner'],
    tenant: 'path',
    request: { params: idParam('tenant'), query },
    responses: { 204: { description: 'The tenant is gone.' } },
    problems: ['invalid_request', 'not_found', 'task_state_conflict'],
  },
  async (c) => {
    const { services, principal } = c.var;
    // Nobody else comes as far as this.
    if (principal.kind !== 'member') return problem(c, 'not_found', { detail: 'There is no such tenant.' });
    switch (await deleteTenant(services, principal, c.req.valid('query').confirm)) {
      case 'shredded':
        return c.body(null, 204);
      case 'not_found':
        return problem(c, 'not_found', { detail: 'There is no such tenant.' });
      case 'name_mismatch': {
        const message = "This is not the tenant's name.";
        return problem(c, 'invalid_request', {
          detail: message,
          errors: [{ path: 'confirm', code: 'name_mismatch', message }],
        });
      }
      case 'busy':
        return problem(c, 'task_state_conflict', {
          detail: 'A task is about to have an invoice issued. Try again in a few seconds.',
          headers: { 'retry-after': '5' },
        });
    }
  },
);
