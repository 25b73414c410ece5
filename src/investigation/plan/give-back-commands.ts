import { commandOf, type CommandPart } from '../../model/shell-command.ts';
import type { SafeText } from '../../model/safe-text.ts';
import { rootName } from '../effects/call.ts';
import { nameIn } from '../effects/meant.ts';
import { credentialIdOf } from '../effects/things-of.ts';
import { permissionSetsInlinePolicy } from '../effects/lock-outs.ts';
import { isUnrecorded } from '../effects/unrecorded.ts';
import type { LockOut } from '../case/lock-outs.ts';
import { isKeptByAws } from '../../response/guards.ts';

/**
 * The commands of the AWS CLI with which a person gives back what was taken; what no record tells stands in capitals. Empty where the command
 * line cannot do it. A document is taken out of the record that the sentence names.
 */
export function giveBackCommands(lockOut: LockOut): readonly SafeText[] {
  const { effect } = lockOut;
  const { whom } = effect;
  // AWS refuses changes of roles that it keeps, and of root nobody but root.
  if (whom.name === rootName || (whom.kind === 'role' && isKeptByAws(whom.name))) return [];
  return [...commandsOf(lockOut)].map((parts) =>
    commandOf(parts.map((part) => (typeof part === 'object' && isUnrecorded(part.name) ? 'NOT_IN_THE_RECORD' : part))),
  );
}

type Parts = readonly CommandPart[];

function aws(words: TemplateStringsArray, ...names: readonly string[]): Parts {
  return words.flatMap((word, index) => (index === 0 ? [`aws ${word}`] : [{ name: names[index - 1] ?? '' }, word]));
}

const documentOfRecord = 'file://DOCUMENT_OF_THE_RECORD.json';

function commandsOf(lockOut: LockOut): readonly Parts[] {
  const { effect, before } = lockOut;
  const { how, whom, what, assigned } = effect;
  const { name } = whom;
  switch (how) {
    case 'key-off':
      return [aws`iam update-access-key --user-name ${name} --access-key-id ${what} --status Active`];
    case 'key-deleted':
      return [aws`iam create-access-key --user-name ${name}`];
    case 'password-deleted':
    case 'password-changed': {
      // Who has none gets a new one, and who has one another.
      const set = aws`iam update-login-profile --user-name ${name} --password NEW_PASSWORD --password-reset-required`;
      const anew = aws`iam create-login-profile --user-name ${name} --password NEW_PASSWORD --password-reset-required`;
      return how === 'password-deleted' ? [anew] : [set];
    }
    case 'mfa-removed':
      return [
        aws`iam enable-mfa-device --user-name ${name} --serial-number ${what} --authentication-code1 CODE --authentication-code2 NEXT_CODE`,
      ];
    case 'credential-off':
      return activating(name, what);
    case 'denied':
      return denialOff(lockOut);
    case 'policy-rewritten':
      return before === null || before.name === null
        ? [
            aws`iam list-policy-versions --policy-arn ${name}`,
            aws`iam set-default-policy-version --policy-arn ${name} --version-id VERSION_BEFORE`,
          ]
        : [aws`iam set-default-policy-version --policy-arn ${name} --version-id ${before.name}`];
    case 'organization-policy':
      return [aws`organizations detach-policy --policy-id ${what} --target-id ${name}`];
    case 'resource-policy':
      return resourcePolicy(lockOut);
    case 'boundary-put':
      return [boundary(lockOut)];
    case 'out-of-group':
      return intoGroup(lockOut);
    case 'access-taken':
      return accessBack(lockOut);
    case 'renamed':
      return [aws`iam update-user --user-name ${what} --new-user-name ${name}`];
    case 'policy-taken':
      return policyBack(lockOut);
    case 'deleted':
      return anew(lockOut);
    case 'trust-written':
      return [
        [
          ...aws`iam update-assume-role-policy --role-name ${name}`,
          ` --policy-document ${before === null ? 'file://TRUST_BEFORE.json' : documentOfRecord}`,
        ],
      ];
    case 'unassigned':
      return [
        aws`sso-admin create-account-assignment --instance-arn ${assigned?.instanceArn ?? 'INSTANCE_ARN'} --target-type AWS_ACCOUNT --target-id ${assigned?.target ?? 'ACCOUNT_ID'} --permission-set-arn ${what} --principal-type ${assigned?.principalType ?? 'USER'} --principal-id ${name}`,
      ];
    case 'credential-deleted':
    case 'disabled':
    case 'policy-made':
      return [];
  }
}

function intoGroup({ effect: { whom, what } }: LockOut): readonly Parts[] {
  if (whom.kind === 'membership') return [];
  return whom.kind === 'person'
    ? [
        aws`identitystore create-group-membership --identity-store-id IDENTITY_STORE_ID --group-id ${what} --member-id UserId=${whom.name}`,
      ]
    : [aws`iam add-user-to-group --user-name ${whom.name} --group-name ${what}`];
}

function accessBack({ effect: { whom, what }, region }: LockOut): readonly Parts[] {
  return whom.kind === 'grant'
    ? [
        aws`kms create-grant --region ${region} --key-id ${what} --grantee-principal GRANTEE_ARN --operations OPERATIONS`,
      ]
    : [aws`eks create-access-entry --region ${region} --cluster-name ${what} --principal-arn ${whom.name}`];
}

function activating(userName: string, what: string): readonly Parts[] {
  const id = credentialIdOf(what);
  if (what.startsWith('SSH key'))
    return [aws`iam update-ssh-public-key --user-name ${userName} --ssh-public-key-id ${id} --status Active`];
  return what.startsWith('signing')
    ? [aws`iam update-signing-certificate --user-name ${userName} --certificate-id ${id} --status Active`]
    : [
        aws`iam update-service-specific-credential --user-name ${userName} --service-specific-credential-id ${id} --status Active`,
      ];
}

function denialOff({ effect: { whom, what } }: LockOut): readonly Parts[] {
  if (whom.kind === 'permission-set') {
    const off =
      what === permissionSetsInlinePolicy
        ? aws`sso-admin delete-inline-policy-from-permission-set --instance-arn INSTANCE_ARN --permission-set-arn ${whom.name}`
        : aws`sso-admin detach-managed-policy-from-permission-set --instance-arn INSTANCE_ARN --permission-set-arn ${whom.name} --managed-policy-arn ${what}`;
    return [off, provisioned(whom.name)];
  }
  const isAttached = what.startsWith('arn:');
  const verb = isAttached ? 'detach' : 'delete';
  return [
    [
      `aws iam ${verb}-${whom.kind}-policy --${whom.kind}-name `,
      { name: whom.name },
      ` --policy-${isAttached ? 'arn' : 'name'} `,
      { name: what },
    ],
  ];
}

/** Until it is provisioned again, accounts have it as it was. */
function provisioned(arn: string): Parts {
  return aws`sso-admin provision-permission-set --instance-arn INSTANCE_ARN --permission-set-arn ${arn} --target-type ALL_PROVISIONED_ACCOUNTS`;
}

function policyBack({ effect: { whom, what }, before }: LockOut): readonly Parts[] {
  const document = before === null ? 'file://POLICY_BEFORE.json' : documentOfRecord;
  if (whom.kind === 'permission-set') {
    const back =
      what === permissionSetsInlinePolicy
        ? [
            ...aws`sso-admin put-inline-policy-to-permission-set --instance-arn INSTANCE_ARN --permission-set-arn ${whom.name}`,
            ` --inline-policy ${document}`,
          ]
        : aws`sso-admin attach-managed-policy-to-permission-set --instance-arn INSTANCE_ARN --permission-set-arn ${whom.name} --managed-policy-arn ${what}`;
    return [back, provisioned(whom.name)];
  }
  const isAttached = what.startsWith('arn:');
  return [
    [
      `aws iam ${isAttached ? 'attach' : 'put'}-${whom.kind}-policy --${whom.kind}-name `,
      { name: whom.name },
      ` --policy-${isAttached ? 'arn' : 'name'} `,
      { name: what },
      ...(isAttached ? [] : [` --policy-document ${document}`]),
    ],
  ];
}

function boundary({ effect: { whom }, before }: LockOut): Parts {
  const of = [`permissions-boundary --${whom.kind}-name `, { name: whom.name }] as const;
  return before === null || before.name === null
    ? [`aws iam delete-${whom.kind}-${of[0]}`, of[1]]
    : [`aws iam put-${whom.kind}-${of[0]}`, of[1], ' --permissions-boundary ', { name: before.name }];
}

function anew({ effect: { whom }, before }: LockOut): readonly Parts[] {
  switch (whom.kind) {
    case 'user':
      return [aws`iam create-user --user-name ${whom.name}`];
    case 'group':
      return [aws`iam create-group --group-name ${whom.name}`];
    case 'role':
      return [
        [
          ...aws`iam create-role --role-name ${whom.name}`,
          ` --assume-role-policy-document ${before === null ? 'file://TRUST_BEFORE.json' : documentOfRecord}`,
        ],
      ];
    case 'provider':
      return whom.name.includes(':oidc-provider/')
        ? [aws`iam create-open-id-connect-provider --url https://${nameIn(whom.name)} --client-id-list CLIENT_ID`]
        : [aws`iam create-saml-provider --name ${nameIn(whom.name)} --saml-metadata-document file://METADATA.xml`];
    default:
      return [];
  }
}

function resourcePolicy({ effect: { whom }, before, region }: LockOut): readonly Parts[] {
  const { kind, name } = whom;
  const document = before === null ? 'file://POLICY_BEFORE.json' : documentOfRecord;
  if (kind === 'key')
    return [
      [...aws`kms put-key-policy --region ${region} --key-id ${name} --policy-name default`, ` --policy ${document}`],
    ];
  if (kind === 'secret')
    return before === null
      ? [aws`secretsmanager delete-resource-policy --region ${region} --secret-id ${name}`]
      : [
          [
            ...aws`secretsmanager put-resource-policy --region ${region} --secret-id ${name}`,
            ` --resource-policy ${document}`,
          ],
        ];
  return before === null
    ? [aws`s3api delete-bucket-policy --bucket ${name}`]
    : [[...aws`s3api put-bucket-policy --bucket ${name}`, ` --policy ${document}`]];
}
