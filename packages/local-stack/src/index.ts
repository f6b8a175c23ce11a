export { startLocalStack, type LocalStack, type LocalStackOptions } from './stack/start.ts';
export type { Service } from './stack/service.ts';
export type { StackKeys } from './stack/provision.ts';
