import type { PortalDefinition } from './portal.ts';
import { account } from './portals/account/index.ts';
import { jqwizard } from './portals/jqwizard/index.ts';
import { jsp } from './portals/jsp/index.ts';
import { listboxes } from './portals/listboxes/index.ts';
import { onepage } from './portals/onepage/index.ts';
import { webforms } from './portals/webforms/index.ts';
import { framed } from './portals/framed/index.ts';
import { hostile } from './portals/hostile/index.ts';
import { later } from './portals/later/index.ts';
import { mailed } from './portals/mailed/index.ts';
import { masks } from './portals/masks/index.ts';
import { primefaces } from './portals/primefaces/index.ts';
import { rough } from './portals/rough/index.ts';
import type { PortalId } from './sale.ts';

const byId: Readonly<Record<PortalId, PortalDefinition>> = {
  webforms,
  listboxes,
  jqwizard,
  onepage,
  account,
  jsp,
  framed,
  primefaces,
  masks,
  later,
  rough,
  hostile,
  mailed,
};

/** Every portal of the gallery, in the order in which they are listed. */
export const definitions: readonly PortalDefinition[] = Object.values(byId);
