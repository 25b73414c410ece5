import { plainText } from '../../model/safe-text.ts';
import { TrailhoundError } from '../../model/trailhound-error.ts';
import { nearest } from '../terminal/spelling.ts';
import type { LoadedRules } from './load-rules.ts';

/** No file has an exception of that ID, and none that is gone is known to have held anything back. */
export class NoSuchExceptionError extends TrailhoundError {
  override readonly name = 'NoSuchExceptionError';
  override readonly code = 'no-such-exception';

  constructor(id: string, loaded: Pick<LoadedRules, 'exceptions' | 'files'>) {
    super(`there is no exception ${plainText(id)}`, { remedy: remedyFor(id, loaded) });
  }
}

/** A rule's ID is what is most easily taken for it. */
function remedyFor(id: string, { exceptions, files }: Pick<LoadedRules, 'exceptions' | 'files'>): string {
  const all = '`trailhound rules exceptions` lists all, and --rules names where to look';
  const rule = files.find((file) => file.rule.id === id);
  if (rule !== undefined) {
    const own = exceptions.filter(({ ruleIds }) => ruleIds.includes(id)).map((exception) => plainText(exception.id));
    const which = own.length === 0 ? 'which has no exception' : `whose exceptions are ${own.join(', ')}`;
    return `that is the rule ${plainText(rule.rule.name)}, ${which}; ${all}`;
  }
  const near = nearest(
    id,
    exceptions.map((exception) => exception.id),
  );
  return near === undefined ? all : `did you mean ${plainText(near)}? ${all}`;
}
