import { isTaskId } from '../../cloudtrail/container-task.ts';
import { isManagedNode } from '../links/identity-parts.ts';
import { type CommandPart, commandOf } from '../../model/shell-command.ts';
import type { SafeText } from '../../model/safe-text.ts';
import type { RenewedFor, WayInSubject } from '../../model/way-in.ts';
import { rowCommands } from '../effects/doors/row-of.ts';
import { isUnrecorded } from '../effects/unrecorded.ts';
import { isKeptByAws } from '../../response/guards.ts';

/**
 * The commands of the AWS CLI with which a person closes a way in, in order; what nobody can know from the trail stands in capitals.
 * Empty where the command line cannot do it, and where AWS lets nobody. Names are as the log has them, each one argument, whatever stands in it.
 */
export function commandsFor(what: WayInSubject): readonly SafeText[] {
  if (isOfARoleOfAws(what)) return [];
  return rowCommands(what)?.map(written) ?? commandsOfKind(what);
}

/** AWS refuses changes of what it keeps: roles of Identity Center and of its services. */
function isOfARoleOfAws(what: WayInSubject): boolean {
  if (what.kind === 'grant') return what.holder.startsWith('role ') && isKeptByAws(what.holder.slice('role '.length));
  return 'roleName' in what && typeof what.roleName === 'string' && isKeptByAws(what.roleName);
}

function commandsOfKind(what: WayInSubject): readonly SafeText[] {
  switch (what.kind) {
    case 'access-key':
      return [
        ...(isUnrecorded(what.accessKeyId) ? [aws`iam list-access-keys --user-name ${what.userName}`] : []),
        aws`iam update-access-key --user-name ${what.userName} --access-key-id ${what.accessKeyId} --status Inactive`,
      ];
    case 'session':
      return sessionCommands(what);
    case 'password':
      return [aws`iam delete-login-profile --user-name ${what.userName}`];
    case 'user':
      return [denyUser(what.userName), aws`iam list-access-keys --user-name ${what.userName}`];
    case 'root':
    case 'person':
      return [];
    case 'role':
      return [
        aws`iam update-assume-role-policy --role-name ${what.roleName} --policy-document ${JSON.stringify(lettingInNobody)}`,
        revokeRole(what.roleName),
      ];
    case 'trust':
      return trustCommands(what);
    case 'other-credential':
      return credentialCommands(what);
    case 'grant':
      return grantCommands(what);
    case 'provider':
      return what.part?.startsWith('client ID ') === true
        ? [
            aws`iam remove-client-id-from-open-id-connect-provider --open-id-connect-provider-arn ${what.arn} --client-id ${what.part.slice('client ID '.length)}`,
          ]
        : providerCommands(what.arn);
    case 'share':
      return shareCommands(what);
    case 'service-login':
      return loginCommands(what);
    case 'code':
      return codeCommands(what);
    case 'instance':
      if (isTaskId(what.instanceId)) return renewalCommands('task', what.instanceId);
      if (isManagedNode(what.instanceId)) return renewalCommands('managed-node', what.instanceId);
      return [
        aws`ec2 create-snapshots --instance-specification InstanceId=${what.instanceId}`,
        aws`ec2 modify-instance-attribute --instance-id ${what.instanceId} --groups ISOLATION_GROUP_ID`,
        aws`ec2 describe-iam-instance-profile-associations --filters Name=instance-id,Values=${what.instanceId}`,
        aws`ec2 disassociate-iam-instance-profile --association-id ASSOCIATION_ID`,
        aws`ec2 modify-instance-metadata-options --instance-id ${what.instanceId} --http-tokens required`,
      ];
    case 'network':
      return [
        aws`ec2 describe-security-group-rules --filters Name=group-id,Values=${what.securityGroup} --region ${what.region}`,
        aws`ec2 revoke-security-group-ingress --group-id ${what.securityGroup} --security-group-rule-ids RULE_ID --region ${what.region}`,
      ];
  }
}

type Of<K extends WayInSubject['kind']> = Extract<WayInSubject, { readonly kind: K }>;

const refusing = { Effect: 'Deny', Principal: '*', Action: 'sts:AssumeRole' };
/** AWS takes no trust without a statement; what none allows is refused as well. */
const lettingInNobody = { Version: '2012-10-17', Statement: [refusing] };

/** Takes some principals out of a trust, with the statements that are left with nobody, and leaves all else as it is (jq). */
const withoutThem = [
  'def left: if type == "array" then . - $out elif [.] - $out == [] then [] else . end;',
  '.Statement |= [if type == "array" then .[] else . end',
  '| .Principal |= (if type == "object" then with_entries(.value |= left) | with_entries(select(.value != [])) else left end)',
  '| select(.Principal != {} and .Principal != [])]',
  `| if .Statement == [] then .Statement = [${JSON.stringify(refusing)}] else . end`,
].join(' ');

/** What stood in the trust before is in no record that tells it whole: whom it was opened to is taken out of what stands there now. */
function trustCommands({ roleName, letsIn }: Of<'trust'>): readonly SafeText[] {
  if (letsIn.length === 0)
    return [
      aws`iam get-role --role-name ${roleName} --query Role.AssumeRolePolicyDocument`,
      aws`iam update-assume-role-policy --role-name ${roleName} --policy-document ${JSON.stringify(lettingInNobody)}`,
      revokeRole(roleName),
    ];
  // IAM keeps an account's number as its root.
  const out = letsIn.flatMap((each) => (/^\d{12}$/u.test(each) ? [each, `arn:aws:iam::${each}:root`] : [each]));
  return [
    written([
      'aws iam get-role --role-name ',
      { name: roleName },
      ' --query Role.AssumeRolePolicyDocument --output json > trust.json',
    ]),
    written([
      'jq --argjson out ',
      { name: JSON.stringify(out) },
      ' ',
      { name: withoutThem },
      ' trust.json > closed.json',
    ]),
    written([
      'aws iam update-assume-role-policy --role-name ',
      { name: roleName },
      ' --policy-document file://closed.json',
    ]),
    revokeRole(roleName),
  ];
}

const denyAll = '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"*","Resource":"*"}]}';

function denyUser(userName: string): SafeText {
  return aws`iam put-user-policy --user-name ${userName} --policy-name DenyEverything --policy-document ${denyAll}`;
}

/** As IAM's console revokes older sessions (IAM User Guide); the time is when it is done. */
function revokeRole(roleName: string): SafeText {
  const policy =
    '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"DateLessThan":{"aws:TokenIssueTime":"NOW"}}}]}';
  return aws`iam put-role-policy --role-name ${roleName} --policy-name AWSRevokeOlderSessions --policy-document ${policy}`;
}

function sessionCommands({
  roleName,
  userName,
  sessionName,
  renewedFor,
  trustAnchor,
}: Of<'session'>): readonly SafeText[] {
  if (renewedFor === 'certificate') return revocationCommands(trustAnchor ?? 'TRUST_ANCHOR_ARN');
  if (roleName !== null) return [revokeRole(roleName), ...renewalCommands(renewedFor, sessionName ?? '')];
  return userName === undefined ? [] : [denyUser(userName)];
}

/** What keeps new sessions from being begun; what a service runs by no name of its own is to be found first. */
function renewalCommands(renewedFor: RenewedFor | undefined, name: string): readonly SafeText[] {
  switch (renewedFor) {
    case 'instance':
      return [
        aws`ec2 describe-iam-instance-profile-associations --filters Name=instance-id,Values=${name}`,
        aws`ec2 disassociate-iam-instance-profile --association-id ASSOCIATION_ID`,
      ];
    case 'task':
      return [aws`ecs stop-task --cluster CLUSTER_NAME --task ${name}`];
    case 'managed-node':
      return [aws`ssm deregister-managed-instance --instance-id ${name}`];
    case 'function':
      return [aws`lambda put-function-concurrency --function-name ${name} --reserved-concurrent-executions 0`];
    default:
      return [];
  }
}

/** The authority's own list, with the certificate on it: an anchor asks no authority whether one was revoked (Roles Anywhere User Guide, revocation). */
function revocationCommands(trustAnchor: string): readonly SafeText[] {
  const region = /^arn:[^:]*:rolesanywhere:([^:]+):/u.exec(trustAnchor)?.[1] ?? 'REGION';
  return [
    aws`rolesanywhere import-crl --name revoked --enabled --trust-anchor-arn ${trustAnchor} --crl-data fileb://LIST_OF_THE_AUTHORITY.pem --region ${region}`,
  ];
}

function credentialCommands({ userName, what }: Of<'other-credential'>): readonly SafeText[] {
  const id = what.split(' ').at(-1) ?? '';
  const listed = isUnrecorded(id) ? listCommands(userName, what) : [];
  if (what.startsWith('service-specific'))
    return [
      ...listed,
      aws`iam update-service-specific-credential --user-name ${userName} --service-specific-credential-id ${id} --status Inactive`,
    ];
  if (what.startsWith('SSH key'))
    return [
      ...listed,
      aws`iam update-ssh-public-key --user-name ${userName} --ssh-public-key-id ${id} --status Inactive`,
    ];
  if (what.startsWith('signing certificate'))
    return [
      ...listed,
      aws`iam update-signing-certificate --user-name ${userName} --certificate-id ${id} --status Inactive`,
    ];
  if (what.startsWith('MFA device'))
    return [...listed, aws`iam deactivate-mfa-device --user-name ${userName} --serial-number ${id}`];
  return [];
}

/** What is not named in the record is found among what the user has. */
function listCommands(userName: string, what: string): readonly SafeText[] {
  if (what.startsWith('service-specific')) return [aws`iam list-service-specific-credentials --user-name ${userName}`];
  if (what.startsWith('SSH key')) return [aws`iam list-ssh-public-keys --user-name ${userName}`];
  if (what.startsWith('signing certificate')) return [aws`iam list-signing-certificates --user-name ${userName}`];
  return [aws`iam list-mfa-devices --user-name ${userName}`];
}

function grantCommands({ holder, policy }: Of<'grant'>): readonly SafeText[] {
  const [kind = '', ...rest] = holder.split(' ');
  const name = rest.join(' ');
  if (policy.startsWith('group '))
    return [aws`iam remove-user-from-group --user-name ${name} --group-name ${policy.slice('group '.length)}`];
  if (kind === 'whoever')
    return [
      aws`iam list-policy-versions --policy-arn ${policy}`,
      aws`iam set-default-policy-version --policy-arn ${policy} --version-id VERSION_BEFORE`,
    ];
  if (kind === 'permission-set') return permissionSetCommands(name, policy);
  if (holder.startsWith('instance profile ') && policy.startsWith('role ')) {
    const profile = holder.slice('instance profile '.length);
    return [
      aws`iam remove-role-from-instance-profile --instance-profile-name ${profile} --role-name ${policy.slice('role '.length)}`,
    ];
  }
  if (kind !== 'user' && kind !== 'role' && kind !== 'group') return [];
  const [verb, option] = policy.startsWith('arn:') ? ['detach', 'policy-arn'] : ['delete', 'policy-name'];
  return [written([`aws iam ${verb}-${kind}-policy --${kind}-name `, { name }, ` --${option} `, { name: policy }])];
}

function permissionSetCommands(arn: string, policy: string): readonly SafeText[] {
  // Until it is provisioned again, accounts have it as it was.
  const provisioned = aws`sso-admin provision-permission-set --instance-arn INSTANCE_ARN --permission-set-arn ${arn} --target-type ALL_PROVISIONED_ACCOUNTS`;
  if (policy === 'inline policy')
    return [
      aws`sso-admin delete-inline-policy-from-permission-set --instance-arn INSTANCE_ARN --permission-set-arn ${arn}`,
      provisioned,
    ];
  if (policy.startsWith('arn:'))
    return [
      aws`sso-admin detach-managed-policy-from-permission-set --instance-arn INSTANCE_ARN --permission-set-arn ${arn} --managed-policy-arn ${policy}`,
      provisioned,
    ];
  const [, path = '/', name = ''] = /^(.*\/)([^/]*)$/u.exec(policy) ?? [];
  return [
    aws`sso-admin detach-customer-managed-policy-reference-from-permission-set --instance-arn INSTANCE_ARN --permission-set-arn ${arn} --customer-managed-policy-reference ${`Name=${name},Path=${path}`}`,
    provisioned,
  ];
}

function loginCommands({ service, resource, login, credential, region }: Of<'service-login'>): readonly SafeText[] {
  if (service === 'ssm')
    return [
      aws`ssm delete-activation --activation-id ${login} --region ${region}`,
      // Those that registered with it stay until each is taken out.
      aws`ssm describe-instance-information --filters ${`Key=ActivationIds,Values=${login}`} --region ${region}`,
      aws`ssm deregister-managed-instance --instance-id INSTANCE_ID --region ${region}`,
    ];
  if (service !== 'transfer') return [];
  const keyId = credential?.replace(/^SSH key /u, '');
  return keyId === undefined
    ? [aws`transfer delete-user --server-id ${resource} --user-name ${login} --region ${region}`]
    : [
        aws`transfer delete-ssh-public-key --server-id ${resource} --user-name ${login} --ssh-public-key-id ${keyId} --region ${region}`,
      ];
}

function providerCommands(arn: string): readonly SafeText[] {
  if (arn.includes(':saml-provider/')) return [aws`iam delete-saml-provider --saml-provider-arn ${arn}`];
  if (arn.includes(':oidc-provider/'))
    return [aws`iam delete-open-id-connect-provider --open-id-connect-provider-arn ${arn}`];
  const anchor = /:trust-anchor\/(.+)$/u.exec(arn)?.[1];
  return anchor === undefined ? [] : [aws`rolesanywhere disable-trust-anchor --trust-anchor-id ${anchor}`];
}

function shareCommands({ type, resource, by, region, sharedWith }: Of<'share'>): readonly SafeText[] {
  if (by === 'replication') return [aws`s3api delete-bucket-replication --region ${region} --bucket ${resource}`];
  const account = /\d{12}/u.exec(sharedWith)?.[0];
  const id = resource.slice(Math.max(resource.lastIndexOf('/'), resource.lastIndexOf(':')) + 1);
  if (id.startsWith('snap-'))
    return [
      written([
        'aws ec2 modify-snapshot-attribute --region ',
        { name: region },
        ' --snapshot-id ',
        { name: id },
        ' --attribute createVolumePermission --operation-type remove ',
        account === undefined ? '--group-names all' : `--user-ids ${account}`,
      ]),
    ];
  if (id.startsWith('ami-'))
    return [
      aws`ec2 modify-image-attribute --region ${region} --image-id ${id} --launch-permission ${`Remove=[${account === undefined ? '{Group=all}' : `{UserId=${account}}`}]`}`,
    ];
  const statement = /^statement (\S+)(?: of (\S+))?$/u.exec(by);
  if (type === 'function' && statement !== null) {
    const [, name = '', qualifier] = statement;
    const of = ['aws lambda remove-permission --region ', { name: region }, ' --function-name ', { name: resource }];
    const version = qualifier === undefined ? [] : [' --qualifier ', { name: qualifier }];
    return [written([...of, ' --statement-id ', { name }, ...version])];
  }
  return [];
}

function codeCommands({ resource, what, region }: Of<'code'>): readonly SafeText[] {
  if (what === 'function URL')
    return [aws`lambda delete-function-url-config --region ${region} --function-name ${resource}`];
  if (what === 'trigger') {
    return [
      aws`lambda list-event-source-mappings --region ${region} --function-name ${resource}`,
      aws`lambda delete-event-source-mapping --region ${region} --uuid ${'UUID'}`,
    ];
  }
  return what.startsWith('function') || what === 'layer' || what === 'environment'
    ? [
        aws`lambda put-function-concurrency --region ${region} --function-name ${resource} --reserved-concurrent-executions 0`,
      ]
    : [];
}

function aws(words: TemplateStringsArray, ...names: readonly string[]): SafeText {
  return written(
    words.flatMap((word, index) => (index === 0 ? [`aws ${word}`] : [{ name: names[index - 1] ?? '' }, word])),
  );
}

function written(parts: readonly CommandPart[]): SafeText {
  return commandOf(
    parts.map((part) => (typeof part === 'object' && isUnrecorded(part.name) ? 'NOT_IN_THE_RECORD' : part)),
  );
}
