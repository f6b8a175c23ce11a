export { composeWorker, type ComposedWorker } from './compose.ts';
export { parseWorkerEnv, type WorkerEnv } from './env.ts';
export { CHECKPOINTS, DEFAULT_TIMINGS, type Checkpoint, type Timings } from './ports.ts';
export type { CreateGate, GateContext } from './run/gate.ts';
export { askAbout, createAsker, startAskingSat, type Asker, type AskSatDeps } from './jobs/ask-sat.ts';
export { startDispatcher, type DispatchDeps, type WebhookDispatcher } from './jobs/dispatch-webhooks.ts';
export {
  chooseScheduler,
  deleteFiles,
  doUpkeep,
  removeEndedTenants,
  type UpkeepDeps,
} from './jobs/upkeep.ts';
export { lookAtMails, type LookDeps } from './delivery/look.ts';
export { mailboxAddress } from './mail/address.ts';
export { startMailServer, type MailServer, type MailServerOptions } from './mail/mail-server.ts';
export { startReception } from './mail/reception.ts';
export { RECYCLE_EXIT_CODE } from './exit-codes.ts';
export { reapSessions, type ReapDeps, type Reaped } from './jobs/reap.ts';
export { runAsProcess } from './run-process.ts';
export { startWorker, type RunningWorker, type WorkerDeps } from './worker.ts';
