/** The OpenAPI document, made from the list of operations and the contract's schemas. */
import { ERROR_CODES, eventSchema, webhookTestEventSchema } from '@cfdi-live/contract';
import { OpenAPIHono } from '@hono/zod-openapi';
import { registerAccess } from './http/allowed.ts';
import { API_VERSION } from './http/headers.ts';
import { registerIdempotency } from './http/idempotency.ts';
import { exampleOfProblem } from './problem-examples.ts';
import { OPERATIONS } from './routes/operations.ts';

export type OpenApiDocument = ReturnType<OpenAPIHono['getOpenAPI31Document']>;

const INFO = {
  title: 'cfdi-live',
  version: API_VERSION,
  summary: 'Give it a purchase ticket, get back a proven CFDI 4.0 invoice, never two.',
  description: `Create a **task** with a ticket and a fiscal profile. A browser does the work of the vendor's portal, and the
task ends with a proven CFDI or with a typed reason why there is none. Follow it by webhook, by event stream, or by
asking.

A request carries an API key: \`Authorization: Bearer cl_live_…\` or \`cl_test_…\`. A key belongs to one mode, and sees
nothing of the other. People of a tenant may manage keys, members and webhook endpoints with their Supabase Auth token.
A page may show one task with a live token, and never holds a key. Errors are problem details (RFC 9457) with a \`code\` of a closed list.`,
  license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
};

const TAGS = [
  { name: 'Tasks', description: 'One ticket each, from its values to its invoice.' },
  { name: 'CFDIs', description: 'Invoices as data, with the verdict of their proof.' },
  { name: 'Artifacts', description: 'Files: the XML and PDF of an invoice, screenshots as evidence.' },
  { name: 'Events', description: 'What happened, in the order in which it happened.' },
  { name: 'Profiles', description: 'Fiscal identities that invoices are made out to.' },
  { name: 'Credentials', description: "Logins of profiles for vendors' portals; their secrets only go in." },
  { name: 'Vendors', description: 'What is known of portals, from where, and how sure it is.' },
  { name: 'Webhooks', description: 'Where events are sent, signed by Standard Webhooks.' },
  { name: 'Usage', description: 'What tasks came to: success, time, tokens, cost.' },
  { name: 'Access', description: 'Keys, people and tenants: who may call.' },
  { name: 'Health', description: 'For load balancers and people on call.' },
];

export function buildOpenApiDocument(): OpenApiDocument {
  const { openAPIRegistry: registry, getOpenAPI31Document } = new OpenAPIHono();
  registerAccess(registry);
  registerIdempotency(registry);
  for (const code of new Set(OPERATIONS.flatMap(({ codes }) => codes))) {
    registry.registerComponent('examples', code, {
      summary: ERROR_CODES[code].title,
      value: exampleOfProblem(code),
    });
  }
  for (const { route } of OPERATIONS) {
    const { middleware: _guards, ...documented } = route;
    registry.registerPath(documented);
  }
  for (const body of [...eventSchema.options, webhookTestEventSchema])
    registry.registerWebhook(webhookOf(body));
  return getOpenAPI31Document({
    openapi: '3.1.0',
    info: INFO,
    servers: [{ url: '/', description: 'The server that serves this document.' }],
    tags: TAGS,
  });
}

function webhookOf(schema: (typeof eventSchema.options)[number] | typeof webhookTestEventSchema) {
  const type = schema.shape.type.value;
  return {
    method: 'post' as const,
    path: type,
    operationId: `on_${type.replaceAll('.', '_')}`,
    tags: ['Webhooks'],
    summary: type === 'webhook.test' ? 'A test that you asked for' : `\`${type}\` happened`,
    description:
      'Verify `webhook-id`, `webhook-timestamp` and `webhook-signature` before you trust it. `webhook-id` stays the same over retries: use it to drop what you have already had.',
    security: [],
    request: { body: { required: true, content: { 'application/json': { schema } } } },
    responses: {
      '2XX': { description: 'Received. Anything else is tried again later.' },
      '4XX': { description: 'Not taken. Tried again later; 410 disables the endpoint.' },
    },
  };
}
