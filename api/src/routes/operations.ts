/** Every operation of the API: an operation that is not in this list does not exist. */
import type { Operation } from '../http/operation.ts';
import { cancelTaskOperation } from './cancel-task.ts';
import { createProfileOperation } from './create-profile.ts';
import { createTaskOperation } from './create-task.ts';
import { createWebhookEndpointOperation } from './create-webhook-endpoint.ts';
import { deleteWebhookEndpointOperation } from './delete-webhook-endpoint.ts';
import { getArtifactContentOperation } from './get-artifact-content.ts';
import { getArtifactOperation } from './get-artifact.ts';
import { getProfileOperation } from './get-profile.ts';
import { getTaskOperation } from './get-task.ts';
import { getWebhookEndpointOperation } from './get-webhook-endpoint.ts';
import { healthLiveOperation } from './health-live.ts';
import { healthReadyOperation } from './health-ready.ts';
import { listDeliveriesOperation } from './list-deliveries.ts';
import { listEventsOperation } from './list-events.ts';
import { listProfilesOperation } from './list-profiles.ts';
import { listTaskArtifactsOperation } from './list-task-artifacts.ts';
import { listTaskEventsOperation } from './list-task-events.ts';
import { listTaskStepsOperation } from './list-task-steps.ts';
import { listTasksOperation } from './list-tasks.ts';
import { listWebhookEndpointsOperation } from './list-webhook-endpoints.ts';

export const OPERATIONS: readonly Operation[] = [
  createTaskOperation,
  listTasksOperation,
  getTaskOperation,
  cancelTaskOperation,
  listTaskStepsOperation,
  listTaskArtifactsOperation,
  listTaskEventsOperation,
  listEventsOperation,
  getArtifactOperation,
  getArtifactContentOperation,
  createProfileOperation,
  listProfilesOperation,
  getProfileOperation,
  createWebhookEndpointOperation,
  listWebhookEndpointsOperation,
  getWebhookEndpointOperation,
  deleteWebhookEndpointOperation,
  listDeliveriesOperation,
  healthLiveOperation,
  healthReadyOperation,
];
