/** Every operation of the API: an operation that is not in this list does not exist. */
import type { Operation } from '../http/operation.ts';
import { addMemberOperation } from './add-member.ts';
import { answerTaskOperation } from './answer-task.ts';
import { cancelTaskOperation } from './cancel-task.ts';
import { createApiKeyOperation } from './create-api-key.ts';
import { createCredentialOperation } from './create-credential.ts';
import { createLiveTokenOperation } from './create-live-token.ts';
import { createProfileOperation } from './create-profile.ts';
import { createTaskBatchOperation } from './create-task-batch.ts';
import { createTaskOperation } from './create-task.ts';
import { createTenantOperation } from './create-tenant.ts';
import { createWebhookEndpointOperation } from './create-webhook-endpoint.ts';
import { deleteApiKeyOperation } from './delete-api-key.ts';
import { deleteCredentialOperation } from './delete-credential.ts';
import { deleteLiveTokenOperation } from './delete-live-token.ts';
import { deleteTenantOperation } from './delete-tenant.ts';
import { deleteProfileOperation } from './delete-profile.ts';
import { deleteWebhookEndpointOperation } from './delete-webhook-endpoint.ts';
import { getApiKeyOperation } from './get-api-key.ts';
import { getArtifactOperation } from './get-artifact.ts';
import { getArtifactContentOperation } from './get-artifact-content.ts';
import { getCfdiOperation } from './get-cfdi.ts';
import { getCredentialOperation } from './get-credential.ts';
import { getDeliveryOperation } from './get-delivery.ts';
import { getProfileOperation } from './get-profile.ts';
import { getTaskOperation } from './get-task.ts';
import { getTaskSessionOperation } from './get-task-session.ts';
import { getTenantOperation } from './get-tenant.ts';
import { getVendorOperation } from './get-vendor.ts';
import { getUsageOperation } from './get-usage.ts';
import { getWebhookEndpointOperation } from './get-webhook-endpoint.ts';
import { healthLiveOperation } from './health-live.ts';
import { healthReadyOperation } from './health-ready.ts';
import { listApiKeysOperation } from './list-api-keys.ts';
import { listCfdisOperation } from './list-cfdis.ts';
import { listCredentialsOperation } from './list-credentials.ts';
import { listDeliveriesOperation } from './list-deliveries.ts';
import { listEventsOperation } from './list-events.ts';
import { listMembersOperation } from './list-members.ts';
import { listProfilesOperation } from './list-profiles.ts';
import { listTaskArtifactsOperation } from './list-task-artifacts.ts';
import { listTaskEventsOperation } from './list-task-events.ts';
import { listTaskStepsOperation } from './list-task-steps.ts';
import { listTasksOperation } from './list-tasks.ts';
import { listTenantsOperation } from './list-tenants.ts';
import { listVendorsOperation } from './list-vendors.ts';
import { listWebhookEndpointsOperation } from './list-webhook-endpoints.ts';
import { pauseTaskOperation } from './pause-task.ts';
import { recoverWebhookEndpointOperation } from './recover-webhook-endpoint.ts';
import { redeliverOperation } from './redeliver.ts';
import { removeMemberOperation } from './remove-member.ts';
import { resolveVendorOperation } from './resolve-vendor.ts';
import { rotateApiKeyOperation } from './rotate-api-key.ts';
import { rotateWebhookSecretOperation } from './rotate-webhook-secret.ts';
import { testWebhookEndpointOperation } from './test-webhook-endpoint.ts';
import { updateApiKeyOperation } from './update-api-key.ts';
import { updateCredentialOperation } from './update-credential.ts';
import { updateMemberOperation } from './update-member.ts';
import { updateProfileOperation } from './update-profile.ts';
import { updateTenantOperation } from './update-tenant.ts';
import { updateWebhookEndpointOperation } from './update-webhook-endpoint.ts';
import { uploadTaskArtifactOperation } from './upload-task-artifact.ts';
import { validateProfileOperation } from './validate-profile.ts';
import { resumeTaskOperation } from './resume-task.ts';
import { retryTaskOperation } from './retry-task.ts';
import { takeOverTaskOperation } from './take-over-task.ts';

export const OPERATIONS: readonly Operation[] = [
  createTaskOperation,
  createTaskBatchOperation,
  listTasksOperation,
  getTaskOperation,
  cancelTaskOperation,
  pauseTaskOperation,
  resumeTaskOperation,
  answerTaskOperation,
  takeOverTaskOperation,
  retryTaskOperation,
  getTaskSessionOperation,
  listTaskStepsOperation,
  listTaskArtifactsOperation,
  uploadTaskArtifactOperation,
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
  createApiKeyOperation,
  listApiKeysOperation,
  getApiKeyOperation,
  updateApiKeyOperation,
  rotateApiKeyOperation,
  deleteApiKeyOperation,
  createTenantOperation,
  listTenantsOperation,
  getTenantOperation,
  updateTenantOperation,
  deleteTenantOperation,
  listMembersOperation,
  addMemberOperation,
  updateMemberOperation,
  removeMemberOperation,
  createLiveTokenOperation,
  deleteLiveTokenOperation,
  getUsageOperation,
  healthLiveOperation,
  healthReadyOperation,
];
