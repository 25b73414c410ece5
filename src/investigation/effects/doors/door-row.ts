import type { JsonObject, JsonValue } from '../../../model/json.ts';
import { listUnder } from '../../../model/list-under.ts';
import type { EffectCall, EffectReaders } from '../call.ts';
import { isJsonObject, withheld } from '../../../cloudtrail/record-fields.ts';
import { writtenList } from '../../../cloudtrail/written-list.ts';
import { undone } from '../credentials.ts';
import type { CodeKind, Effect, EffectOf, InstanceDoor, ThingKey } from '../effect.ts';
import { nameFrom, placeMeant } from '../meant.ts';
import { isToInternet } from '../networks.ts';
import { isOutside, letInByName, letsInAtResource } from '../policy-content.ts';
import { thing } from '../thing.ts';
import { unrecorded } from '../unrecorded.ts';

/**
 * Text with names of a call in it: `{path}` is what stands at a path of its request, or of its answer, whatever the case of the letters;
 * `{a|b}` the first of several, `{a+b}` those of both, `{a|=none}` a word where there is none, `{path:name}` the name within an ARN of the call's account and region. In the commands the
 * same text goes by its first path.
 */
export type Template = string;

/**
 * A call, `service/Action`, and what its request must have besides: `iot/UpdateCertificate newStatus=ACTIVE`, a pattern for the whole value;
 * `glue/UpdateDevEndpoint publicKey|addPublicKeys`, any of them; `ssm/DeleteDocument !documentVersion`, none.
 */
export type CallPattern = string;

/** A call that opens a door, and all that has to be known about it: a new one is one of these. */
export interface DoorRow {
  /** None where a reader of its own finds the door, and only its words are the row's. */
  readonly opens: readonly CallPattern[];
  readonly makes: Made;
  /** The calls that close it, and what of them and of the opening call is the same where they mean the same door. */
  readonly closes: Readonly<Record<CallPattern, Template>>;
  /** Commands of the AWS CLI, with what the subject of the way in names; `{region}` too. Capitals stand for what the trail does not say. */
  readonly byHand: readonly Template[];
  /** Why nobody can say from the call alone whether it lets anybody in; absent where it does. */
  readonly doubt?: string;
}

/** What such a call leaves: the kinds of doors. */
export type Made =
  /** Credentials that IAM does not know: who has them needs no identity of the account. */
  | {
      readonly kind: 'login';
      readonly service: string;
      readonly resource: Template;
      readonly login: Template;
      /** `null` where the login itself is new. */
      readonly credential: Template | null;
      /** At most, in seconds, where it ends by itself. */
      readonly lastsS?: number;
      /** What it names is what somebody has, such as a key: whoever makes it anew, the same ones come in by it. Of a name with a password it is not so. */
      readonly isHeld?: true;
    }
  /** What runs with the rights of a role. */
  | {
      readonly kind: 'code';
      readonly what: CodeKind;
      readonly resource: Template;
      /** The role that the call hands to the service, and what the service's sessions of it are called. */
      readonly role?: Template;
      readonly session?: Template;
      /** The name under which the service begins those sessions, where that is another than the called one's. */
      readonly assumer?: string;
    }
  /** What runs as something else defines it, and goes on when that is gone. */
  | {
      readonly kind: 'run';
      readonly what: CodeKind;
      readonly resource: Template;
      readonly of: { readonly what: CodeKind; readonly resource: Template };
    }
  /** A policy of the resource's own, which replaces the one before; where it stands in the request. */
  | { readonly kind: 'policy'; readonly type: string; readonly resource: Template; readonly policy: string }
  /** Principals who are let at a resource by name. */
  | {
      readonly kind: 'list';
      readonly type: string;
      readonly resource: Template;
      readonly by: Template;
      readonly with: Template;
    }
  /** Somebody may do more, by what IAM has no policy for. */
  | {
      readonly kind: 'access';
      readonly holder: Template;
      readonly policy: Template;
      readonly administrator?: RegExp;
    }
  | { readonly kind: 'network'; readonly type: string; readonly gateway: Template; readonly opened: Template }
  | {
      readonly kind: 'provider';
      readonly what: EffectOf<'provider-made'>['what'];
      readonly arn: Template;
      /** By which its ARN or name is told from those of others. */
      readonly shape: RegExp;
      readonly roles?: Template;
    }
  | { readonly kind: 'machine'; readonly instance: Template; readonly how: InstanceDoor };

/** Reads the doors of rows, and their closing. */
export function doorReaders(rows: readonly DoorRow[]): EffectReaders {
  const readers = new Map<string, ((call: EffectCall) => readonly Effect[])[]>();
  function read(pattern: CallPattern, reader: (call: EffectCall) => readonly Effect[]): void {
    const { name, isMeant } = patternOf(pattern);
    listUnder(readers, name, (call) => (isMeant(call) ? reader(call) : []));
  }
  for (const row of rows) for (const pattern of row.opens) read(pattern, (call) => opened(row, call));
  for (const [pattern, template] of closings(rows)) {
    const { name } = patternOf(pattern);
    const closing = asClosing(pattern, template);
    const opposites = takenBackBy[pattern];
    read(pattern, (call) =>
      filled(closing, call).flatMap((named) => {
        const place = placeMeant(call);
        const ended = undone('deleted', thing.door(place, name, named));
        const whileThere = thing.heldClosed(place, name, named);
        return opposites === undefined ? ended : ended.map((effect) => ({ ...effect, whileThere }));
      }),
    );
    for (const opposite of opposites ?? [])
      read(opposite, (call) =>
        filled(closing, call).flatMap((named) => undone('restored', thing.heldClosed(placeMeant(call), name, named))),
      );
  }
  return Object.fromEntries(
    [...readers].map(([name, all]) => [name, (call: EffectCall) => all.flatMap((reader) => reader(call))]),
  );
}

/** Calls that close something only until another call takes them back, whoever makes that. */
const takenBackBy: Readonly<Record<CallPattern, readonly CallPattern[]>> = {
  'cognito-idp/AdminDisableUser': ['cognito-idp/AdminEnableUser'],
  'sso-directory/DisableUser': ['sso-directory/EnableUser'],
  'sso-directory/DisableExternalIdPConfigurationForDirectory': [
    'sso-directory/EnableExternalIdPConfigurationForDirectory',
  ],
  // Whoever is given a new password is let in again (Directory Service API reference).
  'ds-data/DisableUser': ['ds/ResetUserPassword'],
  'appstream/DisableUser': ['appstream/EnableUser'],
  'appstream2/DisableUser': ['appstream2/EnableUser'],
  'iot/UpdateCertificate newStatus=INACTIVE|REVOKED': ['iot/UpdateCertificate newStatus=ACTIVE'],
  'iot/UpdateCACertificate newStatus=INACTIVE': ['iot/UpdateCACertificate newStatus=ACTIVE'],
  'iot/UpdateAuthorizer status=INACTIVE': ['iot/UpdateAuthorizer status=ACTIVE'],
  'sagemaker/StopNotebookInstance': ['sagemaker/StartNotebookInstance'],
  'sagemaker/StopMlflowTrackingServer': ['sagemaker/StartMlflowTrackingServer'],
  'lightsail/StopInstance': ['lightsail/StartInstance'],
  'elasticache/ModifyUser noPasswordRequired=false': [
    'elasticache/ModifyUser noPasswordRequired=true',
    'elasticache/ModifyUser authenticationMode.type=no-password-required',
  ],
  'elasticache/ModifyUser authenticationMode.type=password|iam': [
    'elasticache/ModifyUser noPasswordRequired=true',
    'elasticache/ModifyUser authenticationMode.type=no-password-required',
  ],
};

/** Where one call adds and takes away, what closes is what its pattern asks for: `{add|remove}` is `{remove}`. */
function asClosing(pattern: CallPattern, template: Template): Template {
  const asked = pattern.split(' ').filter((condition) => !/[|=/]/u.test(condition));
  return template.replaceAll(/\{([^{}]+)\}/gu, (whole, paths: string) => {
    const own = paths
      .replace(/:name$/u, '')
      .split('|')
      .find((path) => asked.includes(path));
    return own === undefined ? whole : `{${own}${paths.endsWith(':name') ? ':name' : ''}}`;
  });
}

/** Each way to close something once: many rows are closed by the same call. */
function closings(rows: readonly DoorRow[]): readonly (readonly [CallPattern, Template])[] {
  const all = rows.flatMap(({ closes }) => Object.entries(closes));
  return [
    ...new Map(all.map(([pattern, template]) => [`${pattern} ${template}`, [pattern, template] as const])).values(),
  ];
}

/** What a row's call leaves, whoever made it. */
export function opened({ makes, closes }: DoorRow, call: EffectCall): readonly Effect[] {
  // What a list opens is closed one by one: each has the ending of its own place in the list.
  function each<T>(of: readonly T[], make: (one: T, endsWith: readonly ThingKey[]) => Effect): readonly Effect[] {
    return of.map((one, index) => make(one, endings(closes, call, { index, count: of.length })));
  }
  switch (makes.kind) {
    case 'login': {
      const { service, lastsS, isHeld, credential: wanted } = makes;
      const resource = only(makes.resource, call);
      const lasts = lastsS === undefined ? {} : { lastsMs: lastsS * 1000 };
      const credentials = wanted === null ? [null] : named(wanted, call);
      const logins = named(makes.login, call).flatMap((login) =>
        credentials.map((credential) => ({ login, credential })),
      );
      return each(logins, (one, endsWith) => ({
        kind: 'service-login-made',
        service,
        resource,
        ...one,
        ...lasts,
        ...(isHeld === undefined ? {} : { isHeld }),
        endsWith,
      }));
    }
    case 'code': {
      const resources = named(makes.resource, call);
      const passed = roleOf(makes, call).map((roleArn) => ({
        kind: 'role-passed' as const,
        roleArn,
        to: call.service,
        resource: resources[0] ?? unrecorded,
      }));
      const planted = each(resources, (resource, endsWith) => ({
        kind: 'code-planted',
        resource,
        what: makes.what,
        detail: null,
        endsWith,
      }));
      return [...planted, ...passed];
    }
    case 'run': {
      const definition = { what: makes.of.what, resource: only(makes.of.resource, call) };
      return each(named(makes.resource, call), (resource, endsWith) => ({
        kind: 'code-run',
        resource,
        what: makes.what,
        definition,
        endsWith,
      }));
    }
    case 'policy': {
      const { letsIn, unread } = letsInAtResource(policyAt(call, makes.policy), call.accountId);
      if (unread) return [];
      const others = letsIn.filter(isOutside);
      return each([only(makes.resource, call)], (resource, endsWith) => ({
        kind: 'shared',
        type: makes.type,
        resource,
        by: 'policy',
        with: others,
        endsWith,
      }));
    }
    case 'list': {
      const [resource, by] = [only(makes.resource, call), only(makes.by, call)];
      return each(filled(makes.with, call), (whom, endsWith) => ({
        kind: 'shared',
        type: makes.type,
        resource,
        by,
        with: [letInByName(whom.toLowerCase() === 'all' ? '*' : whom)],
        endsWith,
      }));
    }
    case 'access': {
      const policy = only(makes.policy, call);
      const administrator = makes.administrator?.test(policy) ?? false;
      return each(named(makes.holder, call), (holder, endsWith) => ({
        kind: 'access-granted',
        holder,
        policy,
        administrator,
        endsWith,
      }));
    }
    case 'network': {
      const securityGroup = only(makes.gateway, call);
      return each(named(makes.opened, call), (open, endsWith) => ({
        kind: 'network-opened',
        securityGroup,
        opened: open,
        toInternet: isToInternet(open),
        type: makes.type,
        endsWith,
      }));
    }
    case 'provider': {
      const roleArns = makes.roles === undefined ? [] : filled(makes.roles, call);
      return each([only(makes.arn, call)], (arn, endsWith) => ({
        kind: 'provider-made',
        what: makes.what,
        arn,
        roleArns,
        endsWith,
      }));
    }
    case 'machine':
      return each(named(makes.instance, call), (instanceId, endsWith) => ({
        kind: 'instance-entered',
        instanceId,
        how: makes.how,
        detail: null,
        endsWith,
      }));
  }
}

/** The roles that a call hands to a service, as it names them. */
export function roleOf({ role }: Extract<Made, { readonly kind: 'code' }>, call: EffectCall): readonly string[] {
  return role === undefined ? [] : [...new Set(filled(role, call))];
}

/** What the service calls its sessions of that role, as far as the call says. */
export function sessionNameOf(
  { session }: Extract<Made, { readonly kind: 'code' }>,
  call: EffectCall,
): string | undefined {
  return session === undefined ? undefined : filled(session, call)[0];
}

/**
 * By what a door will be known to whoever closes it: of a list, the one of its own place, or what all of it have. Of another number
 * nobody can say which is whose.
 */
function endings(
  closes: DoorRow['closes'],
  call: EffectCall,
  { index, count }: { readonly index: number; readonly count: number },
): readonly ThingKey[] {
  return Object.entries(closes).flatMap(([pattern, template]) => {
    const all = filled(template, call);
    const own = all.length === count ? all.slice(index, index + 1) : all.length === 1 ? all : [];
    return own.map((naming) => thing.door(placeMeant(call), patternOf(pattern).name, naming));
  });
}

interface ReadPattern {
  readonly name: string;
  readonly isMeant: (call: EffectCall) => boolean;
}

function patternOf(pattern: CallPattern): ReadPattern {
  const [name = '', ...conditions] = pattern.split(' ');
  const asked = conditions.map((condition) => {
    const [written = '', wanted] = condition.split('=');
    const isAbsent = written.startsWith('!');
    const paths = written.slice(isAbsent ? 1 : 0);
    const shape = wanted === undefined ? null : new RegExp(`^(?:${wanted})$`, 'iu');
    return { paths: paths.split('|'), shape, isAbsent };
  });
  return {
    name,
    isMeant: (call) =>
      asked.every(
        ({ paths, shape, isAbsent }) =>
          isAbsent !==
          paths.some((path) =>
            shape === null ? isThere(call, path) : textsAt(call.request, path).some((each) => shape.test(each)),
          ),
      ),
  };
}

/** All texts that a template comes to, one for each of what a list in it has; none where something in it is not there. */
function filled(template: Template, call: EffectCall): readonly string[] {
  return textsOfParts(template, (part) => namesOf(part, call));
}

/** The same, with {@link unrecorded} for what is not there: a door is one all the same. */
function named(template: Template, call: EffectCall): readonly string[] {
  return textsOfParts(template, (part) => {
    const found = namesOf(part, call);
    return found.length === 0 ? [unrecorded] : found;
  });
}

function textsOfParts(template: Template, fill: (part: Placeholder) => readonly string[]): readonly string[] {
  return templateParts(template).reduce<readonly string[]>(
    (begun, part) => {
      const next = typeof part === 'string' ? [part] : fill(part);
      return begun.flatMap((each) => next.map((more) => each + more));
    },
    [''],
  );
}

function only(template: Template, call: EffectCall): string {
  return named(template, call)[0] ?? unrecorded;
}

interface Placeholder {
  readonly paths: readonly string[];
  readonly isName: boolean;
}

const knownParts = new Map<Template, readonly (string | Placeholder)[]>();

export function templateParts(template: Template): readonly (string | Placeholder)[] {
  const known = knownParts.get(template);
  if (known !== undefined) return known;
  const parts = template
    .split(/(\{[^{}]+\})/u)
    .filter((part) => part !== '')
    .map((part) => {
      const [, paths, modifier] = /^\{([^{}]+?)(:name)?\}$/u.exec(part) ?? [];
      return paths === undefined ? part : { paths: paths.split('|'), isName: modifier !== undefined };
    });
  knownParts.set(template, parts);
  return parts;
}

/** More than these in one list is nobody's by hand. */
const listLimit = 100;

function namesOf({ paths, isName }: Placeholder, call: EffectCall): readonly string[] {
  for (const path of paths) {
    if (path.startsWith('=')) return [path.slice(1)];
    const inRequest = path.split('+').flatMap((each) => textsAt(call.request, each));
    const found = inRequest.length > 0 ? inRequest : textsAt(call.response, path);
    if (found.length > 0) return found.slice(0, listLimit).map((each) => (isName ? nameFrom(call, each) : each));
  }
  return [];
}

function isThere(call: EffectCall, path: string): boolean {
  return valuesAt(call.request, path.split('.')).some((value) => value !== '');
}

function textsAt(object: JsonObject, path: string): readonly string[] {
  return valuesAt(object, path.split('.')).flatMap((value) => {
    if (typeof value === 'number' || typeof value === 'boolean') return [String(value)];
    return typeof value === 'string' && value !== '' && value !== withheld ? [value] : [];
  });
}

function policyAt(call: EffectCall, path: string): JsonValue | undefined {
  return path
    .split('|')
    .flatMap((each) => valuesAt(call.request, each.split('.')))
    .at(0);
}

/** What is at a path, whatever is a list on the way, and whether or not it lies in what EC2 wraps a request in. */
function valuesAt(value: JsonValue, path: readonly string[]): readonly JsonValue[] {
  const [key, ...rest] = path;
  if (key === undefined) return writtenList(value);
  if (Array.isArray(value)) return (value as readonly JsonValue[]).flatMap((each) => valuesAt(each, path));
  if (typeof value === 'string') return valuesAt(documentIn(value), path);
  if (!isJsonObject(value)) return [];
  const lower = key.toLowerCase();
  const found = Object.entries(value).filter(([name]) => name.toLowerCase() === lower);
  if (found.length > 0) return found.flatMap(([, each]) => valuesAt(each, rest));
  const wrapped = Object.entries(value).filter(([name]) => /^(?:items?|\w+(?:Request|Response))$/u.test(name));
  return wrapped.flatMap(([, each]) => valuesAt(each, path));
}

/** Some parameters are documents, which CloudTrail writes as text. */
function documentIn(text: string): JsonValue {
  if (!/^\s*[[{]/u.test(text)) return null;
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return null;
  }
}
