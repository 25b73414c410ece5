import type { AwsPurpose } from '../../adapters/aws/clients.ts';
import {
  defaultRoleNames,
  type PolicyDocument,
  rolePolicy,
  type RoleScope,
  roleTrust,
} from '../../adapters/aws/role-policies.ts';
import type { Config } from '../config/config.ts';

export const purposes = ['poll', 'evidence', 'respond'] as const satisfies readonly AwsPurpose[];

/** A role as it is to be made. */
export interface Role {
  readonly purpose: AwsPurpose;
  readonly name: string;
  readonly description: string;
  readonly externalId: string;
  readonly trust: PolicyDocument;
  readonly policy: PolicyDocument;
}

const descriptions: Readonly<Record<AwsPurpose, string>> = {
  poll: 'Trailhound reads the event history',
  evidence: 'Trailhound reads what an investigation needs',
  respond: 'Trailhound makes the changes that a person has approved',
};

/** For whom the roles of an account are; in a template, its placeholders. */
export interface RoleSetFor {
  readonly partition: string;
  readonly accountId: string;
  readonly principalArn: string;
  readonly externalId: (purpose: AwsPurpose) => string;
}

/** The three roles of an account, by the code's own permissions and the configuration's limits. */
export function roleSet({ response }: Config, given: RoleSetFor): readonly Role[] {
  const scope: RoleScope = { ...response, ...given, roleNames: defaultRoleNames };
  return purposes.map((purpose) => ({
    purpose,
    name: defaultRoleNames[purpose],
    description: descriptions[purpose],
    externalId: given.externalId(purpose),
    trust: roleTrust(given.principalArn, given.externalId(purpose)),
    policy: rolePolicy(purpose, scope),
  }));
}
