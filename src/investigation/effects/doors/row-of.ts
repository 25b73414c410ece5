import type { CommandPart } from '../../../model/shell-command.ts';
import type { WayInSubject } from '../../../model/way-in.ts';
import { templateParts, type DoorRow, type Made, type Template } from './door-row.ts';
import { nameIn } from '../meant.ts';
import { doorRows } from './door-rows.ts';

/** The row by which a way in was found, and what its subject names, by the first path of each placeholder. */
export interface KnownDoor {
  readonly row: DoorRow;
  readonly named: ReadonlyMap<string, string>;
}

/** Finds the row that a way in comes from, by its subject alone; null where a reader of its own found it. */
export function rowOf(what: WayInSubject): KnownDoor | null {
  for (const row of rowsByKind.get(what.kind) ?? []) {
    const texts = textsOf(row.makes, what);
    const named = texts === null ? null : matched(texts);
    if (named !== null) return { row, named };
  }
  return null;
}

const subjectOf: Readonly<Record<Made['kind'], WayInSubject['kind']>> = {
  login: 'service-login',
  code: 'code',
  run: 'code',
  policy: 'share',
  list: 'share',
  access: 'grant',
  network: 'network',
  provider: 'provider',
  machine: 'instance',
};

const rowsByKind = Map.groupBy(doorRows, ({ makes }) => subjectOf[makes.kind]);

/** The commands by which a person closes such a door, in parts. */
export function rowCommands(what: WayInSubject): readonly (readonly CommandPart[])[] | null {
  const known = rowOf(what);
  if (known === null) return null;
  const region = 'region' in what ? what.region : (regionIn([...known.named.values()]) ?? 'REGION');
  return known.row.byHand.map((template) =>
    templateParts(template).map((part) => {
      if (typeof part === 'string') return part;
      const [path = ''] = part.paths;
      if (path === 'region') return { name: region };
      const found = known.named.get(path) ?? path.toUpperCase().replaceAll('.', '_');
      return { name: part.isName ? nameIn(found) : found };
    }),
  );
}

function regionIn(texts: readonly string[]): string | undefined {
  return texts.flatMap((each) => /^arn:[^:]*:[^:]*:([a-z0-9-]+):/u.exec(each)?.[1] ?? []).at(0);
}

/** What the subject has in the place of each of the row's templates; null where it is of another row. */
function textsOf(makes: Made, what: WayInSubject): readonly (readonly [Template, string])[] | null {
  switch (makes.kind) {
    case 'login':
      if (what.kind !== 'service-login' || what.service !== makes.service) return null;
      if ((makes.credential === null) !== (what.credential === null)) return null;
      return [
        [makes.resource, what.resource],
        [makes.login, what.login],
        [makes.credential ?? '', what.credential ?? ''],
      ];
    case 'code':
    case 'run':
      return what.kind === 'code' && what.what === makes.what ? [[makes.resource, what.resource]] : null;
    case 'policy':
      if (what.kind !== 'share' || what.type !== makes.type || what.by !== 'policy') return null;
      return [[makes.resource, what.resource]];
    case 'list':
      if (what.kind !== 'share' || what.type !== makes.type) return null;
      return [
        [makes.resource, what.resource],
        [makes.by, what.by],
        [makes.with, what.sharedWith],
      ];
    case 'access':
      if (what.kind !== 'grant') return null;
      return [
        [makes.holder, what.holder],
        [makes.policy, what.policy],
      ];
    case 'network':
      if (what.kind !== 'network' || what.type !== makes.type) return null;
      return [
        [makes.gateway, what.securityGroup],
        [makes.opened, what.opened],
      ];
    case 'provider':
      if (what.kind !== 'provider' || !makes.shape.test(what.arn)) return null;
      return [[makes.arn, what.arn]];
    case 'machine':
      return what.kind === 'instance' ? [[makes.instance, what.instanceId]] : null;
  }
}

function matched(texts: readonly (readonly [Template, string])[]): ReadonlyMap<string, string> | null {
  const named = new Map<string, string>();
  for (const [template, text] of texts) {
    const found = shapeOf(template).exec(text);
    if (found === null) return null;
    const paths = templateParts(template).flatMap((part) => (typeof part === 'string' ? [] : (part.paths[0] ?? [])));
    paths.forEach((path, index) => named.set(path, found[index + 1] ?? ''));
  }
  return named;
}

const shapes = new Map<Template, RegExp>();

/** Each placeholder takes as little as it can: what stands between two is what the template has there. */
function shapeOf(template: Template): RegExp {
  const known = shapes.get(template);
  if (known !== undefined) return known;
  const source = templateParts(template)
    .map((part) => (typeof part === 'string' ? part.replaceAll(/[$()*+./?[\\\]^{|}]/gu, String.raw`\$&`) : '(.*?)'))
    .join('');
  const shape = new RegExp(`^${source}$`, 'su');
  shapes.set(template, shape);
  return shape;
}
