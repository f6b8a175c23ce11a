/** What portals show when they do not serve: the words of real ones. */

const bare = (title: string, body: string): string =>
  `<!DOCTYPE html><html lang="es"><head><meta charset="utf-8"><title>${title}</title></head><body style="font-family:Arial;text-align:center;padding:60px;color:#444">${body}</body></html>`;

/** How a portal, or one of its answers, is out of order. `status` goes with it. */
export type Trouble = 'down' | 'maintenance' | 'empty' | 'blocked';

export const troubles: Readonly<
  Record<Trouble, { readonly status: 200 | 403 | 503; readonly page: string }>
> = {
  down: {
    status: 503,
    page: bare(
      'Portal en mantenimiento',
      '<h1>Portal en mantenimiento</h1><p>Servicio temporalmente inactivo. Intente más tarde.</p>',
    ),
  },
  // Many answer 200 all the same.
  maintenance: {
    status: 200,
    page: bare(
      'Aviso',
      '<h2>Estamos en mantenimiento</h2><p>El sistema de facturación no se encuentra disponible por mantenimiento programado. Agradecemos su comprensión.</p>',
    ),
  },
  empty: { status: 200, page: '' },
  blocked: {
    status: 403,
    page: bare(
      'Access denied',
      '<h1>Access denied</h1><p>You have been blocked. You are unable to access this site.</p><p>Ray ID: 8f3c1a90bd27e4d1</p>',
    ),
  },
};
