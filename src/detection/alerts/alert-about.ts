import { anonymousPrincipal } from '../../cloudtrail/identities.ts';
import { withheld } from '../../cloudtrail/record-fields.ts';
import type { JsonObject } from '../../model/json.ts';
import type { Rule } from '../../model/rule.ts';
import type { EventFields, FieldTable } from '../fields/event-fields.ts';
import { textOf } from '../fields/field-value.ts';
import { WordSearch } from '../witness/word-search.ts';

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
  'cloud.account.id',
  'service.name',
  'source.address',
  'event.action',
] as const;
type SaidField = (typeof saidFields)[number];

const requestParameters = 'aws.cloudtrail.flattened.request_parameters';
/** Parameters that name what a request is about; the first that it has counts. */
const targetParameters = (
  'roleName groupName functionName bucketName secretId keyId topicArn queueUrl queueName repositoryName instanceId dBInstanceIdentifier ' +
  'dBSnapshotIdentifier snapshotId trailName groupId policyArn policyName roleArn name serialNumber accessKeyId documentName'
).split(' ');
const namedUser = 'trailhound.user.target.name';
const namedResource = 'aws.cloudtrail.resources.arn';

/** Where a request names what it is about; the first that it has counts. */
export const targetFields = [
  namedUser,
  ...targetParameters.map((name) => `${requestParameters}.${name}`),
  namedResource,
];

/** What is said by itself, what every rule asks for, and what is too long for a line. */
const saidElsewhere =
  /^(?:@timestamp|user\.name|trailhound\.user\.|user\.target\.name|aws\.cloudtrail\.user_identity\.(?:arn|type|access_key_id)|source\.(?:address|ip)|user_agent\.|event\.(?:action|outcome|provider)|cloud\.|aws\.cloudtrail\.(?:request_parameters|response_elements|flattened$))/;

const maxValueLength = 200;
const maxValues = 5;

/** What is said of an event whichever rule it is for. */
type Said = Omit<AlertAbout, 'fields'>;

/** Reads what alerts are about from events, by the rules' field table. */
export class AboutReader {
  readonly #fields: FieldTable;
  readonly #slots: Readonly<Record<SaidField, number>>;
  readonly #named: { readonly user: number; readonly resource: number };
  readonly #parameters: number;
  readonly #targets: readonly number[];
  /** Requests have few parameters: their names are looked for all at once. */
  readonly #targetKeys = new WordSearch(targetParameters.map((name) => `${name}"`));
  /** By rule: its own fields. */
  readonly #ownFields = new WeakMap<Rule, readonly OwnField[]>();

  constructor(fields: FieldTable) {
    function slotOf(path: string): number {
      return fields.slotOf(path);
    }
    this.#fields = fields;
    this.#slots = Object.fromEntries(saidFields.map((path) => [path, slotOf(path)])) as Record<SaidField, number>;
    this.#parameters = slotOf(requestParameters);
    this.#targets = targetParameters.map((name) => slotOf(`${requestParameters}.${name}`));
    this.#named = { user: slotOf(namedUser), resource: slotOf(namedResource) };
  }

  read(event: EventFields, rule: Rule): AlertAbout {
    return { ...this.#said(event), fields: this.#rulesOwn(event, rule) };
  }

  /** The JSON of {@link aboutFields} of what an event says to rules, one after the other. */
  texts(event: EventFields): (rule: Rule) => string {
    const said = saidMembers(this.#said(event));
    return (rule) => {
      const own = JSON.stringify(this.#rulesOwn(event, rule));
      if (own === '{}') return `{${said}}`;
      return `{${said}${said === '' ? '' : ','}"fields":${own}}`;
    };
  }

  #said(event: EventFields): Said {
    const slots = this.#slots;
    const arn = first(event, slots['aws.cloudtrail.user_identity.arn']);
    const session = sessionOf(arn) ?? (arn === undefined ? this.#sessionById(event) : undefined);
    const service = first(event, slots['service.name']);
    return {
      who: shortened(service ?? session?.name ?? this.#name(event) ?? this.#nameless(event, arn)),
      role: shortened(service === undefined ? session?.role : undefined),
      key: shortened(first(event, slots['aws.cloudtrail.user_identity.access_key_id'])),
      from: shortened(first(event, slots['source.address'])),
      action: shortened(first(event, slots['event.action'])),
      target: shortened(this.#target(event)),
    };
  }

  #name(event: EventFields): string | undefined {
    const name = first(event, this.#slots['trailhound.user.name']) ?? first(event, this.#slots['user.name']);
    return name === withheld ? undefined : name;
  }

  /** Of a session whose ARN the record does not have: `AROA...:name`. */
  #sessionById(event: EventFields): Session | undefined {
    const [roleId, ...rest] = first(event, this.#slots['user.id'])?.split(':') ?? [];
    const isSession = rest.length > 0 && this.#type(event) === 'AssumedRole';
    return isSession ? { name: rest.join(':'), role: this.#name(event) ?? roleId } : undefined;
  }

  #nameless(event: EventFields, arn: string | undefined): string | undefined {
    const type = this.#type(event);
    if (type === 'Root') return 'root';
    const known = arn ?? first(event, this.#slots['user.id']);
    if (known !== undefined) return known;
    if (type === 'AWSService') return first(event, this.#slots['source.address']);
    const account = type === 'AWSAccount' ? first(event, this.#slots['cloud.account.id']) : undefined;
    if (account === undefined) return undefined;
    return account === anonymousPrincipal ? 'anonymous callers' : `account ${account}`;
  }

  #type(event: EventFields): string | undefined {
    return first(event, this.#slots['aws.cloudtrail.user_identity.type']);
  }

  #target(event: EventFields): string | undefined {
    return first(event, this.#named.user) ?? this.#targetParameter(event) ?? first(event, this.#named.resource);
  }

  #targetParameter(event: EventFields): string | undefined {
    const present = event.searchKeys?.(this.#parameters, this.#targetKeys);
    if (present?.length === 0) return undefined;
    for (let number = 0; number < this.#targets.length; number += 1) {
      if (present?.includes(number) === false) continue;
      const found = first(event, this.#targets[number] ?? -1);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  #rulesOwn(event: EventFields, rule: Rule): Readonly<Record<string, string>> {
    const told: Record<string, string> = {};
    for (const { path, slot } of this.#ownFieldsOf(rule)) {
      const values = event.values(slot);
      if (values.length > 0) told[path] = shortened(values.slice(0, maxValues).map(textOf).join(', ')) ?? '';
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

function first(event: EventFields, slot: number): string | undefined {
  const [value] = event.values(slot);
  return value === undefined ? undefined : textOf(value);
}

interface Session {
  readonly name: string;
  readonly role: string | undefined;
}

/** A session's own name and its role, by the ARN of an assumed role or a federated user. */
function sessionOf(arn: string | undefined): Session | undefined {
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
  const said = [who, role, key, from, target].flatMap((text) => text ?? []);
  const more = Object.entries(fields)
    .filter(([path, value]) => !tellsNothing.test(path) && !repeats(value, said))
    .map(([path, value]) => `${fieldInWords(path)}: ${value}`);
  const by = `${key === null ? '' : ` with ${key}`}${from === null ? '' : ` from ${from}`}`;
  return [`${actor}${by}: ${call}`, ...more].join('; ');
}

/** Of what kind a resource is, its name and the call say. */
const tellsNothing = /(?:^|\.)resources\.type$/;

/** Whether each part of a value is said already, by itself or at the end of an ARN. */
export function repeats(value: string, said: readonly string[]): boolean {
  return value
    .split(', ')
    .every((part) => said.some((text) => part === text || (part.startsWith('arn:') && endsIn(part, text))));
}

function endsIn(arn: string, name: string): boolean {
  return arn.endsWith(`:${name}`) || arn.endsWith(`/${name}`);
}

/** `error code` for `aws.cloudtrail.error_code`. */
function fieldInWords(path: string): string {
  const name = path.slice(path.lastIndexOf('.') + 1);
  return name
    .replaceAll('_', ' ')
    .replaceAll(/(?<=[a-z])(?=[A-Z])/g, ' ')
    .toLowerCase();
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

/** By what names scripts know what is said. */
const saidNames = {
  who: 'who',
  role: 'role',
  key: 'access_key_id',
  from: 'source_address',
  action: 'action',
  target: 'target',
} as const satisfies Record<keyof Said, keyof AboutFields>;
const saidKeys = Object.keys(saidNames) as (keyof Said)[];

export function aboutFields({ fields, ...said }: AlertAbout): AboutFields {
  const known = saidKeys.filter((key) => said[key] !== null).map((key) => [saidNames[key], said[key]]);
  return { ...Object.fromEntries(known), ...(Object.keys(fields).length > 0 && { fields }) };
}

/** The members of {@link aboutFields} but for a rule's own, in their JSON: there may be millions, and a few fields are quoted fast. */
function saidMembers(said: Said): string {
  let members = '';
  for (const key of saidKeys) {
    const text = said[key];
    if (text !== null) members += `${members === '' ? '' : ','}"${saidNames[key]}":${JSON.stringify(text)}`;
  }
  return members;
}

/** What {@link aboutFields} were made of. */
export function aboutOfFields(said: AboutFields): AlertAbout {
  const { who = null, role = null, access_key_id: key = null, source_address: from = null } = said;
  const { action = null, target = null, fields = {} } = said;
  return { who, role, key, from, action, target, fields };
}
