import type { CaseDocument } from '../../investigation/report/case-document.ts';
import { suspectsInWords } from '../../investigation/report/case-words.ts';
import { plainText } from '../../model/safe-text.ts';
import { nearest } from '../terminal/spelling.ts';
import { TrailhoundError } from '../../model/trailhound-error.ts';

/** Which cases are asked for. */
export interface CaseChoice {
  /** A case's ID. */
  readonly case?: string | undefined;
  /** A part of the name or ID of an identity; or a case's ID. */
  readonly actor?: string | undefined;
}

const namedInRemedy = 10;

/** No case is what was asked for; says which there are. */
export class NoSuchCaseInFilesError extends TrailhoundError {
  override readonly name = 'NoSuchCaseInFilesError';
  override readonly code = 'no-such-case-in-files';
  override readonly remedy: string;
  constructor(wanted: string, documents: readonly CaseDocument[]) {
    super(`no case ${wanted}`);
    const named = documents.slice(0, namedInRemedy).map((each) => `${each.id} (${suspectsInWords(each)})`);
    const more = documents.length > namedInRemedy ? ` and ${documents.length - namedInRemedy} more` : '';
    this.remedy =
      documents.length === 0 ? 'these files have no case at all' : `these files have ${named.join(', ')}${more}`;
  }
}

/**
 * The positions of the cases that are asked for; all of them where none is.
 *
 * @throws NoSuchCaseInFilesError
 */
export function chosenCases(documents: readonly CaseDocument[], { case: id, actor }: CaseChoice): readonly number[] {
  const all = documents.map((_, position) => position);
  if (id !== undefined) {
    const wanted = id.toLowerCase();
    const found = all.filter((position) => documents[position]?.id === wanted);
    if (found.length > 0) return found;
    const meant = nearest(
      wanted,
      documents.map((document) => document.id),
    );
    const hint = meant === undefined ? '' : `; did you mean ${meant}?`;
    throw new NoSuchCaseInFilesError(`has the ID ${plainText(id)}${hint}`, documents);
  }
  if (actor === undefined) return all;
  const found = documents.flatMap((document, position) => (isAbout(document, actor) ? [position] : []));
  if (found.length > 0) return found;
  throw new NoSuchCaseInFilesError(`is about ${plainText(actor)}`, documents);
}

/** An identity of the case has the text in its name or ID; upper and lower case are the same. */
function isAbout({ id, identities }: CaseDocument, text: string): boolean {
  const wanted = text.toLowerCase();
  if (id === wanted) return true;
  return identities.some((each) => each.id.toLowerCase().includes(wanted) || each.name.toLowerCase().includes(wanted));
}
