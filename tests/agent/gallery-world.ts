/** The agent sent to a portal of the gallery, with the proof that the worker would ask for. */
import type { LoginFacts, TaskFacts } from '@cfdi-live/agent';
import type { Receptor } from '@cfdi-live/cfdi';
import type { Gallery, PortalId, Ticket } from '@cfdi-live/portal-gallery';
import type { TestPki } from '@cfdi-live/portal-gallery/issuer';
import { prove, trustOf } from '../gallery/world.ts';
import type { BrowserHost } from './browser/support.ts';
import { runOn, type AgentRun, type RunParts } from './forms/world.ts';

export interface GalleryWorld {
  gallery: Gallery;
  host: BrowserHost;
  pki: TestPki;
}

/** Runs the agent with this ticket, proving what comes as the worker does. */
export function invoiceAt(
  { gallery, host, pki }: GalleryWorld,
  portal: PortalId,
  ticket: Ticket,
  receptor: Receptor,
  { loginFacts, ...parts }: Partial<RunParts> & { loginFacts?: LoginFacts } = {},
): Promise<AgentRun> {
  const { url, emisorRfc, vendor } = gallery.portals.find(({ id }) => id === portal)!;
  const facts: TaskFacts = {
    vendorUrl: url,
    ticket: ticket.ticketData,
    paymentForm: ticket.ticketData.paymentForm ?? null,
    mailbox: 't-5x2k@inbound.example',
    profile: {
      rfc: receptor.rfc,
      fullName: receptor.name,
      fiscalRegime: receptor.regime,
      postalCode: receptor.postalCode,
      cfdiUse: receptor.use,
      email: 'cliente@example.com',
    },
    ...(loginFacts === undefined ? {} : { login: loginFacts }),
  };
  return runOn({
    host,
    facts,
    allowedPrivateHosts: vendor.hosts,
    alsoPortals: vendor.hosts.slice(1).map((name) => `http://${name}/`),
    accept: (documents) => {
      const xml = documents.filter(({ kind }) => kind === 'xml');
      if (xml.length === 0) return Promise.resolve('need_more');
      const expected = { ticket, receptor, emisorRfc, trust: trustOf(pki) };
      const proven = xml.some(({ bytes }) => prove(Buffer.from(bytes), expected).findings.length === 0);
      return Promise.resolve(proven ? 'proven' : 'rejected');
    },
    ...parts,
  });
}
