import { chainAmongNamesakes } from './stories/chain-among-namesakes.ts';
import { commandIntoSecondAccount } from './stories/command-into-second-account.ts';
import { commandIntoTask } from './stories/command-into-task.ts';
import { commandOnManagedNode } from './stories/command-on-managed-node.ts';
import { dataDestroyed } from './stories/data-destroyed.ts';
import { detectorsBlindedQuietly } from './stories/detectors-blinded-quietly.ts';
import { directoryAdministrator } from './stories/directory-administrator.ts';
import { directoryPasswordSet } from './stories/directory-password-set.ts';
import { federatedConsoleBehindDeactivatedKey } from './stories/federated-console-behind-deactivated-key.ts';
import { federationToken } from './stories/federation-token.ts';
import { functionCredentialsTaken } from './stories/function-credentials-taken.ts';
import { functionWithPassedRole } from './stories/function-with-passed-role.ts';
import { glueJobWithPassedRole } from './stories/glue-job-with-passed-role.ts';
import { identityProvider } from './stories/identity-provider.ts';
import { instanceCredentialsByRequestForgery } from './stories/instance-credentials-by-request-forgery.ts';
import { instanceToInstance } from './stories/instance-to-instance.ts';
import { instanceUserData } from './stories/instance-user-data.ts';
import { layerAndStackSet } from './stories/layer-and-stack-set.ts';
import { mailAndModels } from './stories/mail-and-models.ts';
import { modelsOnSomebodyElsesBill } from './stories/models-on-somebody-elses-bill.ts';
import { organizationLoosened } from './stories/organization-loosened.ts';
import { miningInManyRegions } from './stories/mining-in-many-regions.ts';
import { personPutIntoDirectory } from './stories/person-put-into-directory.ts';
import { pipelineFromAnotherRepository } from './stories/pipeline-from-another-repository.ts';
import { policyMadeAdministrator } from './stories/policy-made-administrator.ts';
import { programmingInterfaceWithPassedRole } from './stories/programming-interface-with-passed-role.ts';
import { resourceShare } from './stories/resource-share.ts';
import { respondersLockedOut } from './stories/responders-locked-out.ts';
import { rootLeavesOrganization } from './stories/root-leaves-organization.ts';
import { rootPasswordRecovered } from './stories/root-password-recovered.ts';
import { rootVolumeReplaced } from './stories/root-volume-replaced.ts';
import { samlProviderDeletedRoleLeft } from './stories/saml-provider-deleted-role-left.ts';
import { sessionChain } from './stories/session-chain.ts';
import { sharedAndCopied } from './stories/shared-and-copied.ts';
import { sharedWithStranger } from './stories/shared-with-stranger.ts';
import { stackWithPassedRole } from './stories/stack-with-passed-role.ts';
import { takenAndGivenBack } from './stories/taken-and-given-back.ts';
import { taskWithPassedRole } from './stories/task-with-passed-role.ts';
import { trustAnchorOfOthers } from './stories/trust-anchor-of-others.ts';
import { trustAnchor } from './stories/trust-anchor.ts';
import { watchingSwitchedOff } from './stories/watching-switched-off.ts';
import type { Story } from './story.ts';

export const stories: readonly Story[] = [
  personPutIntoDirectory,
  trustAnchor,
  federationToken,
  instanceUserData,
  functionCredentialsTaken,
  functionWithPassedRole,
  stackWithPassedRole,
  identityProvider,
  sharedWithStranger,
  sharedAndCopied,
  policyMadeAdministrator,
  watchingSwitchedOff,
  mailAndModels,
  rootLeavesOrganization,
  dataDestroyed,
  sessionChain,
  glueJobWithPassedRole,
  taskWithPassedRole,
  takenAndGivenBack,
  commandIntoSecondAccount,
  commandIntoTask,
  commandOnManagedNode,
  resourceShare,
  pipelineFromAnotherRepository,
  directoryAdministrator,
  directoryPasswordSet,
  layerAndStackSet,
  federatedConsoleBehindDeactivatedKey,
  samlProviderDeletedRoleLeft,
  rootPasswordRecovered,
  organizationLoosened,
  chainAmongNamesakes,
  modelsOnSomebodyElsesBill,
  detectorsBlindedQuietly,
  instanceCredentialsByRequestForgery,
  instanceToInstance,
  miningInManyRegions,
  programmingInterfaceWithPassedRole,
  rootVolumeReplaced,
  respondersLockedOut,
  trustAnchorOfOthers,
];
