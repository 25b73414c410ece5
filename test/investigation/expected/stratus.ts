/** A case as it must come out: who plays which part, and every link; nothing else. */
export interface ExpectedCase {
  readonly accounts?: number;
  readonly identities: readonly string[];
  readonly links: readonly string[];
}

const oneUserAlone: ExpectedCase = { identities: ['suspect user christophe'], links: [] };

/** One case a recording: each is one technique, tried by one tool with one credential. */
export const stratusCases: Readonly<Record<string, ExpectedCase>> = {
  'credential-access.ec2-get-password-data': {
    identities: ['suspect user christophe', 'used session stratus-red-team-ec2-get-password-data-role'],
    links: ['user christophe assumed-role session stratus-red-team-ec2-get-password-data-role'],
  },
  'credential-access.ec2-steal-instance-credentials': {
    identities: [
      'suspect user christophe',
      'used instance',
      'used session stratus-red-team-ec2-steal-credentials-role',
    ],
    links: [
      'instance ran-on-instance session stratus-red-team-ec2-steal-credentials-role',
      'user christophe ran-on-instance instance',
    ],
  },
  'credential-access.secretsmanager-batch-retrieve-secrets': oneUserAlone,
  'credential-access.secretsmanager-retrieve-secrets': oneUserAlone,
  'credential-access.ssm-retrieve-securestring-parameters': oneUserAlone,
  'defense-evasion.cloudtrail-delete': oneUserAlone,
  'defense-evasion.cloudtrail-event-selectors': oneUserAlone,
  'defense-evasion.cloudtrail-stop': oneUserAlone,
  'defense-evasion.dns-delete-logs': oneUserAlone,
  'defense-evasion.organizations-leave': {
    identities: ['suspect user christophe', 'used session stratus-red-team-leave-org-role'],
    links: ['user christophe assumed-role session stratus-red-team-leave-org-role'],
  },
  'defense-evasion.vpc-remove-flow-logs': oneUserAlone,
  'discovery.ec2-download-user-data': {
    identities: ['suspect user christophe', 'used session stratus-red-team-get-usr-data-role'],
    links: ['user christophe assumed-role session stratus-red-team-get-usr-data-role'],
  },
  'execution.ec2-launch-unusual-instances': {
    identities: ['suspect user christophe', 'used session stratus-red-team-ec2lui-role-idtzskbvtd'],
    links: ['user christophe assumed-role session stratus-red-team-ec2lui-role-idtzskbvtd'],
  },
  'execution.ec2-user-data': {
    identities: ['suspect user christophe', 'used instance'],
    links: ['user christophe ran-on-instance instance'],
  },
  'execution.ssm-send-command': {
    identities: ['suspect user christophe', 'used instance', 'used instance', 'used instance'],
    links: [
      'user christophe ran-on-instance instance',
      'user christophe ran-on-instance instance',
      'user christophe ran-on-instance instance',
    ],
  },
  'execution.ssm-start-session': {
    identities: ['suspect user christophe', 'used instance', 'used instance', 'used instance'],
    links: [
      'user christophe ran-on-instance instance',
      'user christophe ran-on-instance instance',
      'user christophe ran-on-instance instance',
    ],
  },
  'exfiltration.ec2-security-group-open-port-22-ingress': oneUserAlone,
  'exfiltration.ec2-share-ami': {
    identities: ['outside account', 'suspect user christophe'],
    links: ['user christophe shared-with account'],
  },
  'exfiltration.ec2-share-ebs-snapshot': {
    identities: ['outside account', 'suspect user christophe'],
    links: ['user christophe shared-with account'],
  },
  'exfiltration.rds-share-snapshot': {
    identities: ['outside account', 'suspect user christophe'],
    links: ['user christophe shared-with account'],
  },
  'impact.bedrock-invoke-model': { identities: ['suspect session test-role'], links: [] },
  'initial-access.console-login-without-mfa': {
    identities: ['suspect user stratus-red-team-nmfalu-jfzdtsvchl', 'used console'],
    links: ['user stratus-red-team-nmfalu-jfzdtsvchl signed-in console'],
  },
  'lateral-movement.ec2-instance-connect': {
    identities: ['suspect user christophe', 'used instance', 'used instance', 'used instance'],
    links: [
      'user christophe ran-on-instance instance',
      'user christophe ran-on-instance instance',
      'user christophe ran-on-instance instance',
    ],
  },
  'lateral-movement.ec2-serial-console-send-ssh-public-key': {
    identities: [
      'suspect session AWSReservedSSO_account-admin_599c9e90e350d2ff',
      'used instance',
      'used instance',
      'used instance',
    ],
    links: [
      'session AWSReservedSSO_account-admin_599c9e90e350d2ff ran-on-instance instance',
      'session AWSReservedSSO_account-admin_599c9e90e350d2ff ran-on-instance instance',
      'session AWSReservedSSO_account-admin_599c9e90e350d2ff ran-on-instance instance',
    ],
  },
  'persistence.iam-backdoor-role': {
    identities: ['changed role stratus-red-team-backdoor-r-role', 'outside account', 'suspect user christophe'],
    links: [
      'role stratus-red-team-backdoor-r-role opened-trust account',
      'user christophe opened-trust role stratus-red-team-backdoor-r-role',
    ],
  },
  'persistence.iam-backdoor-user': {
    identities: ['changed user stratus-red-team-backdoor-u-user', 'created access-key', 'suspect user christophe'],
    links: ['user christophe created-key access-key'],
  },
  'persistence.iam-create-admin-user': {
    identities: ['created access-key', 'created user malicious-iam-user', 'suspect user christophe'],
    links: ['user christophe created-key access-key', 'user christophe created-user user malicious-iam-user'],
  },
  'persistence.iam-create-backdoor-role': {
    identities: ['created role stratus-red-team-malicious-iam-role', 'outside account', 'suspect user christophe'],
    links: [
      'role stratus-red-team-malicious-iam-role opened-trust account',
      'user christophe made-role role stratus-red-team-malicious-iam-role',
    ],
  },
  'persistence.iam-create-user-login-profile': {
    identities: ['changed user stratus-red-team-login-profile-user', 'suspect user christophe'],
    links: ['user christophe set-password user stratus-red-team-login-profile-user'],
  },
  'persistence.lambda-backdoor-function': {
    identities: ['outside everybody', 'suspect user christophe'],
    links: ['user christophe shared-with everybody'],
  },
  'persistence.lambda-layer-extension': {
    identities: ['suspect user christophe', 'used role stratus-red-team-lambda-layer-lambda-role'],
    links: ['user christophe passed-role role stratus-red-team-lambda-layer-lambda-role'],
  },
  'persistence.lambda-overwrite-code': {
    identities: ['suspect user christophe', 'used role stratus-red-team-olc-lambda-vayhjqkdav'],
    links: ['user christophe passed-role role stratus-red-team-olc-lambda-vayhjqkdav'],
  },
  'persistence.rolesanywhere-create-trust-anchor': {
    identities: ['changed role stratus-red-team-trust-anchor-role', 'created provider', 'suspect user christophe'],
    links: [
      'user christophe opened-trust provider',
      'user christophe opened-trust role stratus-red-team-trust-anchor-role',
    ],
  },
  'persistence.sts-federation-token': {
    identities: ['suspect user stratus-red-team-user-federation-user', 'used session federated-user'],
    links: ['user stratus-red-team-user-federation-user minted-session session federated-user'],
  },
  'privilege-escalation.iam-update-user-login-profile': {
    identities: ['changed user stratus-red-team-update-login-profile-user', 'suspect user christophe'],
    links: ['user christophe set-password user stratus-red-team-update-login-profile-user'],
  },
};
