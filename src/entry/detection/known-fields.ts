import { nearest } from '../terminal/spelling.ts';

/** Fields that the mapping makes of a CloudTrail record, by the part that they share. */
const made: readonly (readonly [prefix: string, names: string])[] = [
  ['', '@timestamp tags message labels'],
  ['cloud', 'account.id account.name provider region service.name'],
  ['data_stream', 'dataset namespace type'],
  ['ecs', 'version'],
  ['event', 'action category created dataset end id ingested kind module original outcome provider start type'],
  ['group', 'id name'],
  ['related', 'entity hash hosts ip user'],
  ['service', 'name'],
  ['source', 'address ip as.number as.organization.name bytes port domain'],
  ['tls', 'cipher client.server_name curve version version_protocol'],
  ['user', 'id name email domain full_name roles target.id target.name changes.name'],
  ['user_agent', 'original name version'],
  ['trailhound', 'opened_to_internet shared_with environment_withheld user.name user.target.name user.changes.name'],
  [
    'aws.cloudtrail',
    'event_version event_type event_category api_version management_event read_only recipient_account_id request_id ' +
      'shared_event_id vpc_endpoint_id vpc_endpoint_account_id error_code error_message session_credential_from_console ' +
      'request_parameters response_elements additional_eventdata service_event_details ' +
      'resources.arn resources.account_id resources.type ' +
      'addendum.reason addendum.updated_fields addendum.original_request_id addendum.original_event_id ' +
      'console_login.additional_eventdata.mobile_version console_login.additional_eventdata.login_to ' +
      'console_login.additional_eventdata.mfa_used',
  ],
  [
    'aws.cloudtrail.user_identity',
    'type arn access_key_id invoked_by credential_id identity_provider on_behalf_of.user_id ' +
      'on_behalf_of.identity_store_arn invoked_by_delegate.account_id',
  ],
  [
    'aws.cloudtrail.user_identity.session_context',
    'mfa_authenticated creation_date source_identity sign_in_session_arn assumed_root ec2_role_delivery ' +
      'session_issuer.type session_issuer.principal_id session_issuer.arn session_issuer.account_id',
  ],
];

/** Below these anything may stand: what a call was given and gave, and what enrichment adds. */
const open = [
  ...'request_parameters response_elements additional_eventdata service_event_details insight_details digest'
    .split(' ')
    .map((name) => `aws.cloudtrail.flattened.${name}`),
  'aws.cloudtrail.edge_device_details',
  'aws.cloudtrail.user_identity.in_scope_of',
  'aws.cloudtrail.user_identity.session_context.web_id_federation_data',
  'source.geo',
  'user_agent.device',
  'user_agent.os',
  'entity',
  'labels',
  'trailhound.policy',
];

const known = new Set(
  made.flatMap(([prefix, names]) => names.split(' ').map((name) => (prefix === '' ? name : `${prefix}.${name}`))),
);

/** Every field and every object that holds one. */
const parents = new Set([...known, ...open].flatMap((path) => parentsOf(path)));

function parentsOf(path: string): readonly string[] {
  const parts = path.split('.');
  return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join('.'));
}

/** What is certain of a record's own names; the mapping gives each another. */
const recordNames: ReadonlyMap<string, string> = new Map([
  ['eventName', 'event.action'],
  ['eventSource', 'event.provider'],
  ['eventTime', '@timestamp'],
  ['eventID', 'event.id'],
  ['eventType', 'aws.cloudtrail.event_type'],
  ['awsRegion', 'cloud.region'],
  ['sourceIPAddress', 'source.address'],
  ['userAgent', 'user_agent.original'],
  ['errorCode', 'aws.cloudtrail.error_code'],
  ['errorMessage', 'aws.cloudtrail.error_message'],
  ['recipientAccountId', 'aws.cloudtrail.recipient_account_id'],
  ['readOnly', 'aws.cloudtrail.read_only'],
  ['requestID', 'aws.cloudtrail.request_id'],
  ['userIdentity.type', 'aws.cloudtrail.user_identity.type'],
  ['userIdentity.arn', 'aws.cloudtrail.user_identity.arn'],
  ['userIdentity.accessKeyId', 'aws.cloudtrail.user_identity.access_key_id'],
  ['userIdentity.accountId', 'cloud.account.id'],
  ['userIdentity.userName', 'user.name'],
  ['userIdentity.principalId', 'user.id'],
  ['userIdentity.invokedBy', 'aws.cloudtrail.user_identity.invoked_by'],
]);

const recordParameters: ReadonlyMap<string, string> = new Map([
  ['requestParameters', 'request_parameters'],
  ['responseElements', 'response_elements'],
  ['additionalEventData', 'additional_eventdata'],
]);

/** Sets of the Elastic Common Schema (8.11) that CloudTrail events do not fill, and other documents may. */
const elsewhere = new Set(
  (
    'agent as base client code_signature container destination device dll dns elf email error faas file geo hash host http ' +
    'interface kibana log macho network observer orchestrator organization os package pe process registry risk rule server ' +
    'signal threat url vlan volume vulnerability x509 winlog'
  ).split(' '),
);

/**
 * What to say of a field that no CloudTrail event has, as far as the mapping and ECS tell; undefined where it may exist. A
 * warning only: other documents may be judged by the same rule.
 */
export function doubtAbout(path: string): string | undefined {
  if (known.has(path) || parents.has(path) || open.some((prefix) => path === prefix || path.startsWith(`${prefix}.`)))
    return undefined;
  const meant = meantBy(path);
  const root = path.split('.')[0] ?? '';
  if (meant === undefined && elsewhere.has(root)) return undefined;
  const advice = meant === undefined ? 'see `trailhound normalize` for those that there are' : `did you mean ${meant}?`;
  return `no CloudTrail event has the field ${path}; ${advice}`;
}

function meantBy(path: string): string | undefined {
  const own = recordNames.get(path) ?? recordNames.get(path.replace(/^aws\.cloudtrail\./, '')) ?? parameterMeant(path);
  return own ?? nearestOf(path);
}

/** A parameter below the text that holds them all, or by the record's own name. */
function parameterMeant(path: string): string | undefined {
  const [head = '', ...rest] = path.replace(/^aws\.cloudtrail\./, '').split('.');
  const name = recordParameters.get(head) ?? head;
  if (rest.length === 0) return recordParameters.has(head) ? `aws.cloudtrail.${name}` : undefined;
  const flattened = `aws.cloudtrail.flattened.${name}`;
  return open.includes(flattened) ? `${flattened}.${rest.join('.')}` : undefined;
}

/** By few edits only: beyond them it is guessing. */
function nearestOf(path: string): string | undefined {
  const close = [...known].filter((field) => Math.abs(field.length - path.length) <= mostEdits);
  return nearest(path.toLowerCase(), close);
}

const mostEdits = 3;
