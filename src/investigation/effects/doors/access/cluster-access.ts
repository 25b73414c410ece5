import type { DoorRow } from '../door-row.ts';

/** How the holder of an entry is told, before their ARN, and what it is to, before the cluster's name. */
export const principalOfCluster = 'principal ';
export const entryOfCluster = 'access to cluster ';

/** Who may do what in a cluster of EKS, and who comes in there. */
export const clusterAccess: readonly DoorRow[] = [
  {
    opens: ['eks/CreateAccessEntry', 'eks/UpdateAccessEntry'],
    makes: {
      kind: 'access',
      holder: `${principalOfCluster}{principalArn}`,
      policy: `${entryOfCluster}{clusterName|name}`,
    },
    closes: {
      'eks/DeleteAccessEntry': '{clusterName|name} {principalArn}',
      'eks/DeleteCluster': '{clusterName|name}',
    },
    byHand: [
      'aws eks delete-access-entry --cluster-name {clusterName} --principal-arn {principalArn} --region {region}',
    ],
  },
  {
    opens: ['eks/AssociateAccessPolicy'],
    makes: {
      kind: 'access',
      holder: 'principal {principalArn}',
      policy: '{policyArn:name} in cluster {clusterName|name}',
      administrator: /ClusterAdminPolicy in cluster /u,
    },
    closes: {
      'eks/DisassociateAccessPolicy': '{clusterName|name} {principalArn} {policyArn}',
      'eks/DeleteAccessEntry': '{clusterName|name} {principalArn}',
      'eks/DeleteCluster': '{clusterName|name}',
    },
    byHand: [
      'aws eks disassociate-access-policy --cluster-name {clusterName} --principal-arn {principalArn} --policy-arn arn:aws:eks::aws:cluster-access-policy/{policyArn} --region {region}',
      'aws eks delete-access-entry --cluster-name {clusterName} --principal-arn {principalArn} --region {region}',
    ],
  },
  {
    opens: ['eks/CreatePodIdentityAssociation', 'eks/UpdatePodIdentityAssociation'],
    makes: {
      kind: 'access',
      holder:
        'pods of {association.namespace|namespace}/{association.serviceAccount|serviceAccount} in cluster {clusterName|name}',
      policy: 'role {association.roleArn|roleArn}',
    },
    closes: {
      'eks/DeletePodIdentityAssociation': '{clusterName|name} {association.associationId|associationId}',
      'eks/DeleteCluster': '{clusterName|name}',
    },
    byHand: [
      'aws eks list-pod-identity-associations --cluster-name {clusterName} --namespace {association.namespace} --service-account {association.serviceAccount} --region {region}',
      'aws eks delete-pod-identity-association --cluster-name {clusterName} --association-id ASSOCIATION_ID --region {region}',
    ],
  },
  {
    opens: ['eks/AssociateIdentityProviderConfig'],
    makes: {
      kind: 'provider',
      what: 'sign-in-directory',
      arn: 'oidc {oidc.identityProviderConfigName} of cluster {clusterName|name}',
      shape: /^oidc .+ of cluster /u,
    },
    closes: {
      'eks/DisassociateIdentityProviderConfig':
        '{clusterName|name} {oidc.identityProviderConfigName|identityProviderConfig.name}',
      'eks/DeleteCluster': '{clusterName|name}',
    },
    byHand: [
      'aws eks disassociate-identity-provider-config --cluster-name {clusterName} --identity-provider-config type=oidc,name={oidc.identityProviderConfigName} --region {region}',
    ],
  },
];
