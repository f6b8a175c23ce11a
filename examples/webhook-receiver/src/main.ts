import { serve } from '@hono/node-server';
import { CfdiLive } from '@cfdi-live/sdk';
import { createReceiver } from './receiver.ts';

const {
  WEBHOOK_SECRET = '',
  CFDI_LIVE_API_KEY = '',
  CFDI_LIVE_URL = 'https://api.cfdi-live.dev',
  PORT = '4000',
} = process.env;
const client = new CfdiLive({ apiKey: CFDI_LIVE_API_KEY, baseUrl: CFDI_LIVE_URL });

const app = createReceiver({
  secret: WEBHOOK_SECRET,
  async onEvent(event) {
    console.log(`${event.type} ${event.taskId ?? ''}`);
    if (event.type !== 'task.completed') return;
    const task = await client.tasks.get(event.taskId);
    if (task.cfdi === null) return;
    const xml = await client.artifacts.download(task.cfdi.xmlArtifactId);
    console.log(`CFDI ${task.cfdi.uuid}: $${task.cfdi.total}, ${xml.byteLength} bytes of XML`);
  },
});

serve({ fetch: app.fetch, port: Number(PORT), hostname: '127.0.0.1' }, ({ port }) => {
  console.log(`http://127.0.0.1:${port}/webhooks`);
});
