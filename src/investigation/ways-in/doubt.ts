import { utcTime } from '../../model/utc-time.ts';
import type { WayIn } from '../../model/way-in.ts';
import type { CodeKind } from '../effects/effect.ts';
import { isUnknownManagedPolicy } from '../effects/policy-content.ts';
import { organizationId } from '../effects/policy-content.ts';
import { rowOf } from '../effects/doors/row-of.ts';

/** Code that runs nowhere by itself: what is started from it goes on as it was defined. */
const definitions: ReadonlySet<string> = new Set<CodeKind>([
  'automation',
  'build',
  'container task',
  'Glue job',
  'job definition',
  'launch configuration',
  'launch template',
  'launch template version',
  'layer version',
  'notebook lifecycle',
  'pipeline',
  'studio lifecycle',
]);

/** Why nobody can say, from the trail alone, whether something lets anybody in; null where it does. A sentence of ours. */
export function doorDoubt({
  what,
  narrowedTo,
  endBegun,
}: Pick<WayIn, 'what' | 'narrowedTo' | 'endBegun'>): string | null {
  if (endBegun !== undefined && what.kind === 'code' && definitions.has(what.what))
    return `It was deleted at ${utcTime(endBegun)} UTC: what was started from it goes on, and no record says that nothing was.`;
  if (endBegun !== undefined)
    return `Its end was begun at ${utcTime(endBegun)} UTC, and no record says that it was carried through.`;
  if (narrowedTo !== undefined)
    return organizationId.test(narrowedTo)
      ? `It lets in organization ${narrowedTo}, and whether that is your own is not known.`
      : `It was narrowed to ${narrowedTo}, and whether that is whom it let in before is not known.`;
  if (what.kind === 'password')
    return 'Somebody else changed its login profile since, and whether they set another password is not in the record.';
  if (what.kind === 'grant' && isUnknownManagedPolicy(what.policy))
    return "What AWS's policy of that name allows is not known here.";
  return rowOf(what)?.row.doubt ?? null;
}
