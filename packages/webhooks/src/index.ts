export { generateWebhookSecret, signatureHeaders } from './sign.ts';
export { nextAttempt, type NextAttempt } from './schedule.ts';
export {
  judgeAttempt,
  prepareAttempt,
  sendAttempt,
  type DispatchOptions,
  type Judgement,
  type PreparedAttempt,
  type SentAttempt,
} from './dispatch.ts';
