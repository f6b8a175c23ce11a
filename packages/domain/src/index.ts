export * from './transitions.ts';
export * from './retry.ts';
export * from './ticket-identity.ts';
export * from './addresses.ts';
export * from './principal.ts';
export * from './ports-rows.ts';
export * from './ports-stores.ts';
export * from './ports-system.ts';
