import type { JsonObject } from '../../model/json.ts';
import type { Rule } from '../../model/rule.ts';
import type { EventFields, FieldTable } from '../fields/event-fields.ts';
import { type FieldValue, textOf } from '../fields/field-value.ts';

/** What an alert's event says to whoever reads one line of it; texts as the log has them. */
export interface AlertAbout {
  /** The person or the tool, before the role that they had. */
  readonly who: string | null;
  /** The role of a session. */
  readonly role: string | null;
  /** The access key's ID. */
  readonly key: string | null;
  /** `source.address`. */
  readonly from: string | null;
  /** `event.action`. */
  readonly action: string | null;
  /** What the call was made on, by name before ID. */
  readonly target: string | null;
  /** The rule's own investigation fields, but for those said above and those that every rule has. */
  readonly fields: { readonly [path: string]: string };
}

/** What is said of every event. */
const saidFields = [
  'aws.cloudtrail.user_identity.arn',
  'aws.cloudtrail.user_identity.type',
  'aws.cloudtrail.user_identity.access_key_id',
  'trailhound.user.name',
  'user.name',
  'user.id',
  'service.name',
  'source.address',
  'event.action',
] as const;
type SaidField = (typeof saidFields)[number];

/** Where a request names what it is about; the first that it has counts. */
export const targetFields = [
  'trailhound.user.target.name',
  ...(
    'roleName groupName functionName bucketName secretId keyId topicArn queueUrl queueName repositoryName instanceId dBInstanceIdentifier ' +
    'dBSnapshotIdentifier snapshotId trailName groupId policyArn policyName roleArn name serialNumber accessKeyId documentName'
  )
    .split(' ')
    .map((name) => `aws.cloudtrail.flattened.request_parameters.${name}`),
  'aws.cloudtrail.resources.arn',
];

/** What is said by itself, what every rule asks for, and what is too long for a line. */
const saidElsewhere =
  /^(?:@timestamp|user\.name|trailhound\.user\.|user\.target\.name|aws\.cloudtrail\.user_identity\.(?:arn|type|access_key_id)|source\.(?:address|ip)|user_agent\.|event\.(?:action|outcome|provider)|cloud\.|aws\.cloudtrail\.(?:request_parameters|response_elements|flattened$))/;

const maxValueLength = 200;
const maxValues = 5;

/** Reads what alerts are about from events, by the rules' field table. */
export class AboutReader {
  readonly #fields: FieldTable;
  readonly #slots: ReadonlyMap<SaidField, number>;
  readonly #targets: readonly number[];
  /** By rule: its own fields. */
  readonly #ownFields = new WeakMap<Rule, readonly OwnField[]>();

  constructor(fields: FieldTable) {
    this.#fields = fields;
    this.#slots = new Map(saidFields.map((path) => [path, fields.slotOf(path)]));
    this.#targets = targetFields.map((path) => fields.slotOf(path));
  }

  read(event: EventFields, rule: Rule): AlertAbout {
    return this.reading(event)(rule);
  }

  /** The same for the rules that an event is for, one after the other. */
  reading(event: EventFields): (rule: Rule) => AlertAbout {
    const said = this.#said(event);
    return (rule) => ({ ...said, fields: this.#rulesOwn(event, rule) });
  }

  #said(event: EventFields): Omit<AlertAbout, 'fields'> {
    const first = (path: SaidField): string | undefined => firstOf(event.values(this.#slots.get(path) ?? -1));
    const arn = first('aws.cloudtrail.user_identity.arn');
    const name = first('trailhound.user.name') ?? first('user.name');
    const session = sessionOf(arn);
    const service = first('service.name');
    const isRoot = first('aws.cloudtrail.user_identity.type') === 'Root';
    const who = service ?? session?.name ?? name ?? (isRoot ? 'root' : (arn ?? first('user.id')));
    return {
      who: shortened(who),
      role: shortened(service === undefined ? session?.role : undefined),
      key: shortened(first('aws.cloudtrail.user_identity.access_key_id')),
      from: shortened(first('source.address')),
      action: shortened(first('event.action')),
      target: shortened(this.#target(event)),
    };
  }

  #target(event: EventFields): string | undefined {
    for (const slot of this.#targets) {
      const found = firstOf(event.values(slot));
      if (found !== undefined) return found;
    }
    return undefined;
  }

  #rulesOwn(event: EventFields, rule: Rule): Readonly<Record<string, string>> {
    const told: Record<string, string> = {};
    for (const { path, slot } of this.#ownFieldsOf(rule)) {
      const values = event.values(slot).slice(0, maxValues).map(textOf);
      if (values.length > 0) told[path] = shortened(values.join(', ')) ?? '';
    }
    return told;
  }

  #ownFieldsOf(rule: Rule): readonly OwnField[] {
    let own = this.#ownFields.get(rule);
    if (own === undefined) {
      const paths = rule.investigationFields.filter((path) => path !== '' && !saidElsewhere.test(path));
      own = paths.map((path) => ({ path, slot: this.#fields.slotOf(path) }));
      this.#ownFields.set(rule, own);
    }
    return own;
  }
}

interface OwnField {
  readonly path: string;
  readonly slot: number;
}

function firstOf([value]: readonly FieldValue[]): string | undefined {
  return value === undefined ? undefined : textOf(value);
}

/** A session's own name and its role, by the ARN of an assumed role or a federated user. */
function sessionOf(arn: string | undefined): { readonly name: string; readonly role: string | undefined } | undefined {
  const [, , service, , , resource = ''] = arn?.split(':') ?? [];
  if (service !== 'sts') return undefined;
  const [kind, first, ...rest] = resource.split('/');
  if (kind === 'federated-user' && first !== undefined) return { name: [first, ...rest].join('/'), role: undefined };
  return kind === 'assumed-role' && rest.length > 0 ? { name: rest.at(-1) ?? '', role: first } : undefined;
}

function shortened(text: string | undefined): string | null {
  if (text === undefined) return null;
  return text.length > maxValueLength ? `${text.slice(0, maxValueLength - 1)}…` : text;
}

/** In one sentence for people: `john (role Administrators) with ASIA... from 203.0.113.7: CreateAccessKey on bo`. */
export function aboutSentence({ who, role, key, from, action, target, fields }: AlertAbout): string {
  const actor = `${who ?? 'somebody'}${role === null ? '' : ` (role ${role})`}`;
  const call = `${action ?? 'an event'}${target === null ? '' : ` on ${target}`}`;
  const more = Object.entries(fields).map(([path, value]) => `${path.slice(path.lastIndexOf('.') + 1)}: ${value}`);
  const by = `${key === null ? '' : ` with ${key}`}${from === null ? '' : ` from ${from}`}`;
  return [`${actor}${by}: ${call}`, ...more].join('; ');
}

/** As scripts read it; what is not known is left out. */
export interface AboutFields extends JsonObject {
  readonly who?: string;
  readonly role?: string;
  readonly access_key_id?: string;
  readonly source_address?: string;
  readonly action?: string;
  readonly target?: string;
  readonly fields?: AlertAbout['fields'];
}

export function aboutFields({ who, role, key, from, action, target, fields }: AlertAbout): AboutFields {
  return {
    ...(who !== null && { who }),
    ...(role !== null && { role }),
    ...(key !== null && { access_key_id: key }),
    ...(from !== null && { source_address: from }),
    ...(action !== null && { action }),
    ...(target !== null && { target }),
    ...(Object.keys(fields).length > 0 && { fields }),
  };
}

/** What {@link aboutFields} were made of. */
export function aboutOfFields(said: AboutFields): AlertAbout {
  const { who = null, role = null, access_key_id: key = null, source_address: from = null } = said;
  const { action = null, target = null, fields = {} } = said;
  return { who, role, key, from, action, target, fields };
}
