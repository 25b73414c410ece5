import type { JsonObject } from '../json.ts';
import type { CallContext, Operation, OperationResult } from '../operation.ts';
import { requiredText, trailParameters } from '../operation-input.ts';
import { roleResource, userResource } from './iam-lookup.ts';

type Resource = 'user' | 'role' | 'policy-source' | 'any';

const resources: Readonly<Record<Resource, (input: JsonObject, context: CallContext) => string>> = {
  user: userResource,
  role: roleResource,
  'policy-source': (input) => requiredText(input, 'PolicySourceArn'),
  any: () => '*',
};

/** An IAM operation that needs the permission of its own name on a user, on a role, on whatever it looks into, or on no resource in particular. */
export function iamOperation(
  name: string,
  on: Resource,
  readOnly: boolean,
  run: (input: JsonObject, context: CallContext) => OperationResult,
): Operation {
  return {
    service: 'iam',
    name,
    readOnly,
    needs: (input, context) => [{ action: `iam:${name}`, resource: resources[on](input, context) }],
    run,
    parameters: (input) => trailParameters(input),
  };
}
