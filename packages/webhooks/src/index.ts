export { signatureHeaders } from './sign.ts';
export { fetchFile, type FetchedFile, type FetchFileRules } from './fetch-file.ts';
export { nextAttempt, type NextAttempt } from './schedule.ts';
export { createHostResolver, type HostResolverOptions } from './resolve.ts';
export {
  createWebhookSender,
  judgeAttempt,
  prepareAttempt,
  sendAttempt,
  type DispatchOptions,
  type Judgement,
  type PreparedAttempt,
  type SentAttempt,
} from './dispatch.ts';
