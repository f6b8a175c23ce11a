export * from './types.ts';
export { createFormPlanner } from './planners/form/create-form-planner.ts';
export { readOutcome, type OutcomeContext } from './outcomes/read-outcome.ts';
export { createGateKeeper, type GateKeeper } from './loop/gate-keeper.ts';
export type { AgentBrowser, Clock, HeldRequest } from './loop/ports.ts';
export { runAgent } from './loop/run-agent.ts';
export type { Budgets, RunOptions } from './loop/run-state.ts';
export { actKey } from './planners/act-key.ts';
