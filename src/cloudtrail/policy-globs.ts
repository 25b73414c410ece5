/** One place of a glob: what may stand there, and whether any number of them may. `null` is any character. */
interface Place {
  readonly admits: ((character: string) => boolean) | null;
  readonly literal: string | null;
  readonly repeats: boolean;
}

const digits: Place = { admits: (character) => /\d/.test(character), literal: null, repeats: true };
const nameCharacters: Place = { admits: (character) => character !== ':', literal: null, repeats: true };
const partitionCharacters: Place = { admits: (character) => /[a-z-]/.test(character), literal: null, repeats: true };

/** `arn:aws-cn:iam::111122223333:user/path/name`: whatever IAM gives an ARN. */
const iamArns: readonly Place[] = [
  ...literally('arn:aws'),
  partitionCharacters,
  ...literally(':iam::'),
  digits,
  ...literally(':'),
  nameCharacters,
];

/** A glob of IAM's policies, where `*` is any text and `?` one character; a policy variable may stand for any text. */
export function matchesGlob(glob: string, text: string): boolean {
  const places = placesOf(glob);
  // Each place but a `*` takes one character: what has more of them is not gone through.
  if (places.length > 2 * text.length + 1) return false;
  return overlap(places, literally(text.toLowerCase()));
}

/** An action's glob in its plain form: `*`, `*:*`, `?*` and `**` mean the same, as do `iam:*` and `iam:?*`. */
export function plainAllActions(glob: string): string {
  const [service = '', ...names] = glob.split(':');
  const name = names.join(':');
  if (isAll(glob) || (isAll(service) && isAll(name))) return '*';
  return (isAll(name) ? `${service}:*` : glob).replaceAll(/\*+/g, '*');
}

/** Looked for in two steps, as one expression would go over long runs of stars again and again. */
function isAll(glob: string): boolean {
  return glob.includes('*') && /^[*?]+$/.test(glob);
}

/** Resources of several services: what covers them all covers everything, or near enough. */
const samples = [
  'arn:aws:iam::111122223333:role/sample',
  'arn:aws:s3:::sample',
  'arn:aws:lambda:eu-west-1:111122223333:function:sample',
];

/** Whether a glob of resources covers everything, be it of one partition. */
export function isEveryResource(resource: string): boolean {
  if (isAll(resource)) return true;
  const glob = plainPartition(resource);
  return samples.every((sample) => matchesGlob(glob, sample));
}

function plainPartition(resource: string): string {
  return resource.toLowerCase().replace(/^arn:aws-[a-z-]+:/, 'arn:aws:');
}

const samplesOfIam = ['user', 'group', 'role', 'policy'].map((type) => `arn:aws:iam::111122223333:${type}/sample`);

/** Whether a glob of resources covers everything of IAM, be it of one partition and account: `arn:aws:iam::444455556666:*`. */
export function isAllOfIam(resource: string): boolean {
  const glob = plainPartition(resource).replace(/^(arn:[^:]*:[^:]*::)\d{12}:/, '$1111122223333:');
  return samplesOfIam.every((sample) => matchesGlob(glob, sample));
}

/** Whether a glob of resources covers everything of a service, be it in one region and account or of one type: `function:*`. */
export function isEveryResourceOf(service: string, resource: string): boolean {
  if (isEveryResource(resource)) return true;
  const [arn, , named = '', , , ...rest] = resource.split(':');
  return arn === 'arn' && matchesGlob(named, service) && /^(?:[a-z-]+[:/])?\*+$/i.test(rest.join(':'));
}

/** Whether a glob of resources covers anything of IAM's. */
export function reachesIam(resource: string): boolean {
  return overlap(placesOf(resource), iamArns);
}

function literally(text: string): readonly Place[] {
  return Array.from(text, (literal) => ({ admits: null, literal, repeats: false }));
}

function placesOf(glob: string): readonly Place[] {
  const plain = glob
    .toLowerCase()
    .replaceAll(/\$\{[^{}]*\}/g, '*')
    .replaceAll(/\*+/g, '*');
  return Array.from(plain, (character) => ({
    admits: null,
    literal: character === '*' || character === '?' ? null : character,
    repeats: character === '*',
  }));
}

/** Whether some text fits both, in time of the product of their lengths: no glob makes it go back. */
function overlap(a: readonly Place[], b: readonly Place[]): boolean {
  let reached = skippingRepeats(b, new Set([0]));
  for (const place of a) {
    reached = place.repeats ? afterAnyNumberOf(place, b, reached) : afterOneOf(place, b, reached);
    if (reached.size === 0) return false;
  }
  return reached.has(b.length);
}

function afterOneOf(place: Place, b: readonly Place[], reached: ReadonlySet<number>): ReadonlySet<number> {
  const next = new Set<number>();
  for (const at of reached) {
    const other = b[at];
    if (other !== undefined && haveOneInCommon(place, other)) next.add(other.repeats ? at : at + 1);
  }
  return skippingRepeats(b, next);
}

/** From the first place reached on, all that follow, for a `*` admits everything. */
function afterAnyNumberOf(place: Place, b: readonly Place[], reached: ReadonlySet<number>): ReadonlySet<number> {
  const next = new Set(reached);
  for (let at = Math.min(...reached); at < b.length; at += 1) {
    const other = b[at];
    if (next.has(at) && other !== undefined && haveOneInCommon(place, other)) next.add(at + 1);
  }
  return skippingRepeats(b, next);
}

function skippingRepeats(b: readonly Place[], reached: ReadonlySet<number>): ReadonlySet<number> {
  const all = new Set(reached);
  for (const at of all) if (b[at]?.repeats === true) all.add(at + 1);
  return all;
}

function haveOneInCommon(a: Place, b: Place): boolean {
  if (a.literal !== null && b.literal !== null) return a.literal === b.literal;
  if (a.literal !== null) return b.admits === null || b.admits(a.literal);
  if (b.literal !== null) return a.admits === null || a.admits(b.literal);
  return true;
}
