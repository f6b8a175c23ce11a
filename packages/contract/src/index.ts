export * from './ids.ts';
export * from './common.ts';
export * from './errors.ts';
export * from './failures.ts';
export * from './profile.ts';
export * from './task.ts';
export * from './events.ts';
export * from './webhook.ts';
