import type { JsonObject, JsonValue } from '../model/json.ts';
import { callerName, callerTexts } from './identity.ts';
import { openedToInternet } from './ingress-permission.ts';
import { allowedOnEverything, letIn, type Entrant } from './policy-access.ts';
import { policiesIn, type PolicyStatement } from './policy-document.ts';
import { compact, isJsonObject, meaningfulText, objectAt } from './record-fields.ts';
import { sharedWith } from './shared-with.ts';

/**
 * `trailhound.*`: what Elastic's mapping does not say, beside its fields and never in their place. Rules of our own use it.
 *
 * @param raw the record as it came, with the texts that Elastic takes for "no value".
 */
export function ownFields(raw: JsonObject): JsonObject | undefined {
  return ownFieldsOf(plainCallerName(raw), objectAt(raw, 'requestParameters'), recordAccount(raw));
}

/** The same from its parts. @param account the one that what the request opens belongs to. */
export function ownFieldsOf(
  callerName: string | undefined,
  parameters: JsonObject,
  account: string,
): JsonObject | undefined {
  const target = compact({ name: filledText(parameters.userName) });
  const changes = compact({ name: filledText(parameters.newUserName) });
  return compact({ user: compact({ name: callerName, target, changes }), ...requestFacts(parameters, account) });
}

/** The account that a record was written for, to which what it opens belongs. */
function recordAccount(raw: JsonObject): string {
  const texts = [raw.recipientAccountId, raw.accountId, objectAt(raw, 'userIdentity').accountId];
  return texts.map(meaningfulText).find((text) => text !== undefined) ?? '';
}

/** `user.name`, also where it is a word that Elastic takes for "no value": somebody may be named `none`. */
function plainCallerName(raw: JsonObject): string | undefined {
  return callerName(callerTexts(raw, filledText));
}

/** Any text but the empty one. */
export function filledText(value: JsonValue | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** What a request would let in, allow, open, share and change unseen: `policy.*`, `opened_to_internet`, `shared_with`, `environment_withheld`. */
export function requestFacts(parameters: JsonObject, account: string): Record<string, JsonValue | undefined> {
  return {
    policy: policyFacts(parameters, account),
    opened_to_internet: filled(openedToInternet(parameters)),
    shared_with: filled(sharedWith(parameters, account)),
    environment_withheld: isEmptyObject(parameters.environment) ? true : undefined,
  };
}

/** The two of {@link ownFields} that tell of a call what its request leaves out: `policy.withdrawn` and `environment_withheld`. */
export function withheldAndWithdrawn(raw: JsonObject): JsonObject | undefined {
  const parameters = objectAt(raw, 'requestParameters');
  return compact({
    policy: compact({ withdrawn: isPolicyWithdrawn(parameters) ? true : undefined }),
    environment_withheld: isEmptyObject(parameters.environment) ? true : undefined,
  });
}

/** CloudTrail keeps the variables of a function to itself: what it writes of them is empty. */
function isEmptyObject(value: JsonValue | undefined): boolean {
  return isJsonObject(value) && Object.keys(value).length === 0;
}

/** Lists of more values are cut: no policy of AWS's sizes has as many. */
const maxValues = 1000;

function policyFacts(parameters: JsonObject, account: string): JsonObject | undefined {
  const policies = policiesIn(parameters);
  const granted = grantedStatement(parameters);
  const withdrawn = isPolicyWithdrawn(parameters);
  if (policies.length === 0 && granted === undefined && !withdrawn) return undefined;
  const read = policies.flatMap((policy) => (policy.kind === 'policy' ? [policy.statements] : []));
  const entrants = [...read, granted === undefined ? [] : [granted]].flatMap(letIn);
  return compact({
    lets_in: filled(entrants.map((entrant) => wordOf(entrant, account))),
    other_accounts: filled(
      entrants.flatMap((entrant) => (entrant.kind === 'account' && entrant.id !== account ? [entrant.id] : [])),
    ),
    organizations: filled(entrants.flatMap((entrant) => (entrant.kind === 'organization' ? [entrant.id] : []))),
    allows_on_everything: filled(read.flatMap(allowedOnEverything)),
    unreadable: filled(policies.flatMap((policy) => (policy.kind === 'unreadable' ? [policy.because] : []))),
    withdrawn: withdrawn ? true : undefined,
  });
}

/** Queues, topics and search domains lose their policy by an empty one. S3 writes `policy: ""` of every call about a bucket's. */
function isPolicyWithdrawn(parameters: JsonObject): boolean {
  return (
    objectAt(parameters, 'attributes').Policy === '' ||
    parameters.accessPolicies === '' ||
    (parameters.attributeName === 'Policy' && parameters.attributeValue === '')
  );
}

function wordOf(entrant: Entrant, account: string): string {
  if (entrant.kind !== 'account') return entrant.kind;
  return entrant.id === account ? 'own-account' : 'other-account';
}

/**
 * The statement that a call adds to a resource's policy by its parts instead of a document: AddPermission of Lambda, SNS and SQS,
 * AddLayerVersionPermission, PutPermission of EventBridge.
 */
function grantedStatement(parameters: JsonObject): PolicyStatement | undefined {
  const accounts = [parameters.aWSAccountId, parameters.aWSAccountIds, parameters.AWSAccountIds].flatMap(textsOf);
  const named = parameters.statementId === undefined ? [] : textsOf(parameters.principal);
  const principals = [...named, ...accounts];
  if (principals.length === 0) return undefined;
  const conditions = [
    ['aws:sourcearn', parameters.sourceArn],
    ['aws:sourceaccount', parameters.sourceAccount],
    ['aws:principalorgid', parameters.principalOrgID ?? parameters.organizationId],
    [
      (meaningfulText(objectAt(parameters, 'condition').key) ?? '').toLowerCase(),
      objectAt(parameters, 'condition').value,
    ],
  ] as const;
  return {
    effect: 'Allow',
    principals: principals.map((value) => ({ type: value.endsWith('.amazonaws.com') ? 'service' : 'aws', value })),
    notPrincipals: [],
    actions: ['*'],
    notActions: [],
    resources: ['*'],
    notResources: [],
    conditions: conditions
      .map(([key, value]) => ({ operator: 'stringlike', key, values: textsOf(value) }))
      .filter(({ values }) => values.length > 0),
  };
}

function textsOf(value: JsonValue | undefined): readonly string[] {
  const list = Array.isArray(value) ? (value as readonly JsonValue[]) : [value];
  return list.filter((one) => typeof one === 'string' && one !== '').map(String);
}

function filled(texts: readonly string[]): readonly string[] | undefined {
  return texts.length === 0 ? undefined : [...new Set(texts)].slice(0, maxValues);
}
