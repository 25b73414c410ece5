import type { ExpectedConclusions } from './conclusions.ts';

const key = 'open access-key of christophe';
const deactivate = 'deactivateAccessKey of christophe';

/** A call that made the account watch less: the key is to be taken, and the watching to be put back. */
function blinded(call: string, what: string): ExpectedConclusions {
  return {
    findings: ['evasion'],
    waysIn: [key],
    stages: [`${call} evasion`],
    plan: [deactivate, `restoreLogging of ${what}`],
  };
}

function secretsRead(stages: readonly string[], names: number): ExpectedConclusions {
  return {
    findings: ['secrets-taken'],
    waysIn: [key],
    stages,
    plan: [deactivate, ...Array.from({ length: names }, () => 'rotateSecret')],
  };
}

/** A role was taken twice, and what was tried by it was refused. */
function refusedByRole(
  role: string,
  until: string,
  stages: readonly string[],
  findings: readonly string[],
): ExpectedConclusions {
  return {
    findings: ['chained-credentials', 'denied-attempts', ...findings, 'way-in-still-open'].toSorted(),
    waysIn: [key, `open session of role ${role} until ${until}`, `open session of role ${role} until ${until}`],
    stages,
    plan: [deactivate, `revokeRoleSessions of ${role}`],
  };
}

function entered(instances: number, stages: readonly string[]): ExpectedConclusions {
  return {
    findings: ['instances-entered', 'way-in-still-open'],
    waysIn: [key, ...Array.from({ length: instances }, () => 'open instance')],
    stages,
    plan: [deactivate, ...Array.from({ length: instances }, () => 'isolateInstance')],
  };
}

function shared(call: string): ExpectedConclusions {
  return {
    findings: ['shared-outside', 'way-in-still-open'],
    waysIn: [key, 'open share'],
    stages: [`${call} exfiltration`],
    plan: [deactivate, 'endSharing'],
  };
}

/** @param owned whether the user had a password before, and is without it now */
function passwordSet(userName: string, stages: readonly string[], owned = false): ExpectedConclusions {
  return {
    findings: ['others-credentials-changed', 'way-in-still-open'],
    waysIn: [key, `open password of ${userName}`],
    stages,
    plan: [deactivate, `deletePassword of ${userName}`, ...(owned ? [`letBackIn of ${userName}`] : [])],
  };
}

function codeChanged(call: string): ExpectedConclusions {
  return {
    findings: ['code-planted', 'way-in-still-open'],
    waysIn: [key, 'open code'],
    stages: [`${call} persistence`],
    plan: [deactivate, 'removeCode'],
  };
}

/**
 * What a responder concludes from each recording, as of its end, written from the records before any of it was computed. That the
 * client names itself a tool for tests is said in every case, and left out here.
 */
export const stratusConclusions: Readonly<Record<string, ExpectedConclusions>> = {
  'credential-access.ec2-get-password-data': refusedByRole(
    'stratus-red-team-ec2-get-password-data-role',
    '2024-07-30T21:46:15',
    ['ec2:GetPasswordData refused credential access', 'sts:AssumeRole escalation', 'sts:AssumeRole refused escalation'],
    [],
  ),
  'credential-access.ec2-steal-instance-credentials': {
    findings: ['instance-credentials-stolen', 'instances-entered', 'way-in-still-open'],
    waysIn: [
      key,
      'open instance',
      'open session of role stratus-red-team-ec2-steal-credentials-role until 2024-08-02T20:20:52',
    ],
    stages: [
      'ec2:DescribeInstances discovery',
      'ssm:DescribeInstanceInformation discovery',
      'ssm:GetCommandInvocation discovery',
      'ssm:SendCommand lateral movement',
      'sts:GetCallerIdentity discovery',
    ],
    plan: [deactivate, 'revokeRoleSessions of stratus-red-team-ec2-steal-credentials-role', 'isolateInstance'],
  },
  'credential-access.secretsmanager-batch-retrieve-secrets': secretsRead(
    ['secretsmanager:BatchGetSecretValue credential access'],
    1,
  ),
  'credential-access.secretsmanager-retrieve-secrets': secretsRead(
    ['secretsmanager:GetSecretValue credential access', 'secretsmanager:ListSecrets discovery'],
    20,
  ),
  'credential-access.ssm-retrieve-securestring-parameters': secretsRead(
    ['ssm:DescribeParameters discovery', 'ssm:GetParameters credential access'],
    42,
  ),
  'defense-evasion.cloudtrail-delete': blinded('cloudtrail:DeleteTrail', 'trail'),
  'defense-evasion.cloudtrail-event-selectors': blinded('cloudtrail:PutEventSelectors', 'trail'),
  'defense-evasion.cloudtrail-stop': blinded('cloudtrail:StopLogging', 'trail'),
  'defense-evasion.dns-delete-logs': blinded('route53resolver:DeleteResolverQueryLogConfig', 'dns-logs'),
  'defense-evasion.organizations-leave': {
    findings: ['chained-credentials', 'denied-attempts', 'organization-left', 'way-in-still-open'],
    waysIn: [
      key,
      'open session of role stratus-red-team-leave-org-role until 2024-08-02T08:44:59',
      'open session of role stratus-red-team-leave-org-role until 2024-08-02T08:45:00',
    ],
    stages: ['organizations:LeaveOrganization refused evasion', 'sts:AssumeRole escalation'],
    plan: [deactivate, 'revokeRoleSessions of stratus-red-team-leave-org-role'],
  },
  'defense-evasion.vpc-remove-flow-logs': blinded('ec2:DeleteFlowLogs', 'flow-logs'),
  'discovery.ec2-download-user-data': refusedByRole(
    'stratus-red-team-get-usr-data-role',
    '2024-07-31T20:07:33',
    [
      'ec2:DescribeInstanceAttribute refused discovery',
      'sts:AssumeRole escalation',
      'sts:AssumeRole refused escalation',
    ],
    [],
  ),
  'execution.ec2-launch-unusual-instances': {
    findings: ['chained-credentials', 'costly-compute', 'denied-attempts', 'way-in-still-open'],
    waysIn: [
      key,
      'open session of role stratus-red-team-ec2lui-role-idtzskbvtd until 2024-08-01T11:45:21',
      'open session of role stratus-red-team-ec2lui-role-idtzskbvtd until 2024-08-01T11:45:22',
    ],
    stages: ['ec2:RunInstances refused impact', 'sts:AssumeRole escalation'],
    plan: [deactivate, 'revokeRoleSessions of stratus-red-team-ec2lui-role-idtzskbvtd'],
  },
  'execution.ec2-user-data': entered(1, [
    'ec2:DescribeInstances discovery',
    'ec2:ModifyInstanceAttribute lateral movement',
    'ec2:StartInstances other',
    'ec2:StopInstances impact',
  ]),
  'execution.ssm-send-command': entered(3, [
    'ssm:DescribeInstanceInformation discovery',
    'ssm:GetCommandInvocation discovery',
    'ssm:SendCommand lateral movement',
  ]),
  'execution.ssm-start-session': entered(3, [
    'ssm:DescribeInstanceInformation discovery',
    'ssm:StartSession lateral movement',
    'ssm:TerminateSession other',
  ]),
  'exfiltration.ec2-security-group-open-port-22-ingress': {
    findings: ['network-opened', 'way-in-still-open'],
    waysIn: [key, 'open network'],
    stages: ['ec2:AuthorizeSecurityGroupIngress evasion'],
    plan: [deactivate, 'closeNetwork'],
  },
  'exfiltration.ec2-share-ami': shared('ec2:ModifyImageAttribute'),
  'exfiltration.ec2-share-ebs-snapshot': shared('ec2:ModifySnapshotAttribute'),
  'exfiltration.rds-share-snapshot': shared('rds:ModifyDBSnapshotAttribute'),
  'impact.bedrock-invoke-model': {
    findings: ['mail-or-model-abuse'],
    waysIn: ['open session of role test-role until 2024-10-18T08:07:50'],
    stages: [
      'bedrock:CreateFoundationModelAgreement impact',
      'bedrock:GetFoundationModelAvailability discovery',
      'bedrock:InvokeModel impact',
      'bedrock:ListFoundationModelAgreementOffers discovery',
      'bedrock:PutFoundationModelEntitlement impact',
      'bedrock:PutUseCaseForModelAccess impact',
    ],
    plan: ['revokeRoleSessions of test-role'],
  },
  'initial-access.console-login-without-mfa': {
    findings: ['console-without-mfa'],
    waysIn: [
      'open password of stratus-red-team-nmfalu-jfzdtsvchl',
      'open session of user stratus-red-team-nmfalu-jfzdtsvchl until 2024-08-02T20:53:24',
    ],
    stages: ['signin:ConsoleLogin first access'],
    plan: [
      'deletePassword of stratus-red-team-nmfalu-jfzdtsvchl',
      'denyUserEverything of stratus-red-team-nmfalu-jfzdtsvchl',
    ],
  },
  'lateral-movement.ec2-instance-connect': entered(3, ['ec2-instance-connect:SendSSHPublicKey lateral movement']),
  'lateral-movement.ec2-serial-console-send-ssh-public-key': {
    findings: ['instances-entered', 'setting-weakened', 'way-in-still-open'],
    waysIn: [
      'open instance',
      'open instance',
      'open instance',
      'open session of role AWSReservedSSO_account-admin_599c9e90e350d2ff until 2024-11-27T03:14:58',
    ],
    stages: [
      'ec2-instance-connect:SendSerialConsoleSSHPublicKey lateral movement',
      'ec2:EnableSerialConsoleAccess lateral movement',
    ],
    plan: [
      'endPersonSessions of AWSReservedSSO_account-admin_599c9e90e350d2ff',
      'isolateInstance',
      'isolateInstance',
      'isolateInstance',
      'restoreSetting of serial console access',
    ],
  },
  'persistence.iam-backdoor-role': {
    findings: ['trust-opened', 'way-in-still-open'],
    waysIn: [key, 'open trust of stratus-red-team-backdoor-r-role'],
    stages: ['iam:UpdateAssumeRolePolicy persistence'],
    plan: [deactivate, 'restoreTrust of stratus-red-team-backdoor-r-role'],
  },
  'persistence.iam-backdoor-user': {
    findings: ['others-credentials-changed', 'way-in-still-open'],
    waysIn: [key, 'open access-key of stratus-red-team-backdoor-u-user'],
    stages: ['iam:CreateAccessKey persistence'],
    plan: [deactivate, 'deactivateAccessKey of stratus-red-team-backdoor-u-user'],
  },
  'persistence.iam-create-admin-user': {
    findings: ['administrator-granted', 'way-in-still-open'],
    waysIn: [
      key,
      'open access-key of malicious-iam-user',
      'open grant to user malicious-iam-user',
      'open user malicious-iam-user',
    ],
    stages: ['iam:AttachUserPolicy escalation', 'iam:CreateAccessKey persistence', 'iam:CreateUser persistence'],
    plan: [deactivate, 'disableCreatedIdentity of malicious-iam-user'],
  },
  // The role has a boundary that denies everything: the grant comes to nothing as long as that stays.
  'persistence.iam-create-backdoor-role': {
    findings: ['trust-opened', 'way-in-still-open'],
    waysIn: [
      'closed grant to role stratus-red-team-malicious-iam-role',
      key,
      'open role stratus-red-team-malicious-iam-role',
    ],
    stages: ['iam:AttachRolePolicy escalation', 'iam:CreateRole persistence'],
    plan: [deactivate, 'disableCreatedRole of stratus-red-team-malicious-iam-role'],
  },
  'persistence.iam-create-user-login-profile': passwordSet('stratus-red-team-login-profile-user', [
    'iam:CreateLoginProfile persistence',
    'iam:DeleteLoginProfile refused other',
    'sts:GetCallerIdentity discovery',
  ]),
  'persistence.lambda-backdoor-function': {
    ...shared('lambda:AddPermission'),
    stages: ['lambda:AddPermission persistence'],
  },
  'persistence.lambda-layer-extension': codeChanged('lambda:UpdateFunctionConfiguration'),
  'persistence.lambda-overwrite-code': codeChanged('lambda:UpdateFunctionCode'),
  'persistence.rolesanywhere-create-trust-anchor': {
    findings: ['trust-opened', 'way-in-still-open'],
    waysIn: [key, 'open provider', 'open provider'],
    stages: ['rolesanywhere:CreateProfile persistence', 'rolesanywhere:CreateTrustAnchor persistence'],
    plan: [deactivate, 'removeProvider', 'removeProvider'],
  },
  'persistence.sts-federation-token': {
    findings: ['chained-credentials', 'way-in-still-open'],
    waysIn: [
      'open access-key of stratus-red-team-user-federation-user',
      'open session of user stratus-red-team-user-federation-user until 2024-11-30T20:43:17',
    ],
    stages: ['sts:GetCallerIdentity discovery', 'sts:GetFederationToken persistence'],
    plan: [
      'deactivateAccessKey of stratus-red-team-user-federation-user',
      'denyUserEverything of stratus-red-team-user-federation-user',
    ],
  },
  'privilege-escalation.iam-update-user-login-profile': passwordSet(
    'stratus-red-team-update-login-profile-user',
    ['iam:UpdateLoginProfile escalation'],
    true,
  ),
};
