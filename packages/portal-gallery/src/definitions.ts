import type { PortalDefinition } from './portal.ts';
import { account } from './portals/account/index.ts';
import { jqwizard } from './portals/jqwizard/index.ts';
import { jsp } from './portals/jsp/index.ts';
import { listboxes } from './portals/listboxes/index.ts';
import { onepage } from './portals/onepage/index.ts';
import { webforms } from './portals/webforms/index.ts';
import type { PortalId } from './sale.ts';

const byId: Readonly<Record<PortalId, PortalDefinition>> = {
  webforms,
  listboxes,
  jqwizard,
  onepage,
  account,
  jsp,
};

/** Every portal of the gallery, in the order in which they are listed. */
export const definitions: readonly PortalDefinition[] = Object.values(byId);
