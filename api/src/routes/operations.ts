/** Every operation of the API: an operation that is not in this list does not exist. */
import type { Operation } from '../http/operation.ts';
import { cancelTaskOperation } from './cancel-task.ts';
import { createCredentialOperation } from './create-credential.ts';
import { listCredentialsOperation } from './list-credentials.ts';
import { getCredentialOperation } from './get-credential.ts';
import { updateCredentialOperation } from './update-credential.ts';
import { deleteCredentialOperation } from './delete-credential.ts';
import { deleteProfileOperation } from './delete-profile.ts';
import { updateProfileOperation } from './update-profile.ts';
import { validateProfileOperation } from './validate-profile.ts';
import { createProfileOperation } from './create-profile.ts';
import { createTaskOperation } from './create-task.ts';
import { createWebhookEndpointOperation } from './create-webhook-endpoint.ts';
import { deleteWebhookEndpointOperation } from './delete-webhook-endpoint.ts';
import { getArtifactContentOperation } from './get-artifact-content.ts';
import { getArtifactOperation } from './get-artifact.ts';
import { getCfdiOperation } from './get-cfdi.ts';
import { getDeliveryOperation } from './get-delivery.ts';
import { getProfileOperation } from './get-profile.ts';
import { getTaskOperation } from './get-task.ts';
import { getWebhookEndpointOperation } from './get-webhook-endpoint.ts';
import { healthLiveOperation } from './health-live.ts';
import { healthReadyOperation } from './health-ready.ts';
import { listCfdisOperation } from './list-cfdis.ts';
import { listDeliveriesOperation } from './list-deliveries.ts';
import { listEventsOperation } from './list-events.ts';
import { listProfilesOperation } from './list-profiles.ts';
import { listTaskArtifactsOperation } from './list-task-artifacts.ts';
import { listTaskEventsOperation } from './list-task-events.ts';
import { listTaskStepsOperation } from './list-task-steps.ts';
import { listTasksOperation } from './list-tasks.ts';
import { listWebhookEndpointsOperation } from './list-webhook-endpoints.ts';
import { recoverWebhookEndpointOperation } from './recover-webhook-endpoint.ts';
import { redeliverOperation } from './redeliver.ts';
import { rotateWebhookSecretOperation } from './rotate-webhook-secret.ts';
import { testWebhookEndpointOperation } from './test-webhook-endpoint.ts';
import { updateWebhookEndpointOperation } from './update-webhook-endpoint.ts';
import { getVendorOperation } from './get-vendor.ts';
import { listVendorsOperation } from './list-vendors.ts';
import { resolveVendorOperation } from './resolve-vendor.ts';

export const OPERATIONS: readonly Operation[] = [
  createTaskOperation,
  listTasksOperation,
  getTaskOperation,
  cancelTaskOperation,
  listTaskStepsOperation,
  listTaskArtifactsOperation,
  listTaskEventsOperation,
  listEventsOperation,
  listCfdisOperation,
  getCfdiOperation,
  getArtifactOperation,
  getArtifactContentOperation,
  createProfileOperation,
  listProfilesOperation,
  validateProfileOperation,
  getProfileOperation,
  updateProfileOperation,
  deleteProfileOperation,
  createCredentialOperation,
  listCredentialsOperation,
  getCredentialOperation,
  updateCredentialOperation,
  deleteCredentialOperation,
  createWebhookEndpointOperation,
  listWebhookEndpointsOperation,
  getWebhookEndpointOperation,
  deleteWebhookEndpointOperation,
  updateWebhookEndpointOperation,
  rotateWebhookSecretOperation,
  testWebhookEndpointOperation,
  recoverWebhookEndpointOperation,
  listDeliveriesOperation,
  getDeliveryOperation,
  redeliverOperation,
  listVendorsOperation,
  resolveVendorOperation,
  getVendorOperation,
  healthLiveOperation,
  healthReadyOperation,
];
