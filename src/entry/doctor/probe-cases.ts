import { counted } from '../../model/counted.ts';
import type { CaseDifference } from '../../views/compared-cases.ts';
import type { ProbeFinding } from '../../views/examination.ts';
import { comparedCasesHere } from '../compose/compared-cases.ts';
import { overStore } from '../compose/over-installation.ts';
import type { Config } from '../config/config.ts';
import { findingsOf } from './finding.ts';

const { ok, failed } = findingsOf('cases');

/** So many runs of Temporal's are compared; some thousand a second are. */
const compareAtMost = 20_000;
/** So many cases of each kind are named, each with what to do; the others are counted. */
const named = 20;

/** Whether each case that Temporal lists is in the store, and none is closed there alone. What does not answer, its own probe tells. */
export async function probeCases(config: Config): Promise<readonly ProbeFinding[]> {
  const compared = await overStore(config, ({ db }) => comparedCasesHere(config, db, compareAtMost), {
    maxConnections: 1,
  }).catch(() => null);
  if (compared === null) return [];
  const found = [...Map.groupBy(compared.differences, ({ what }) => what).values()].flatMap(differencesOf);
  if (found.length > 0) return found;
  const cases = counted(compared.compared, 'case');
  const which = compared.whole ? `${cases} that Temporal lists` : `the latest ${cases} of those that Temporal lists`;
  return [ok('cases', `the store agrees with Temporal about ${which}`)];
}

function differencesOf(differences: readonly CaseDifference[]): readonly ProbeFinding[] {
  const more = differences.length - named;
  const [first] = differences;
  if (first === undefined) return [];
  return [
    ...differences.slice(0, named).map((each) => failed(each.id, said[each.what](each), remedies[each.what](each.id))),
    ...(more > 0
      ? [failed(`${more} more`, said[first.what]({ ...first, status: null }), remedies[first.what]('CASE'))]
      : []),
  ];
}

const said: Readonly<Record<CaseDifference['what'], (of: CaseDifference) => string>> = {
  'not-in-store': (of) =>
    `Temporal has its workflow${statusIn(of)}, and the store has no row of it: the row was deleted, or somebody else than Trailhound started the workflow`,
  'closed-in-store-alone': (of) =>
    `the store has it as closed, and its workflow goes on${statusIn(of)}: somebody closed the row`,
};

function statusIn({ status }: CaseDifference): string {
  return status === null ? '' : ` (${status})`;
}

const writers = 'find out who can write into the store';
const remedies: Readonly<Record<CaseDifference['what'], (id: string) => string>> = {
  'not-in-store': (id) =>
    `\`trailhound audit show ${id}\` tells it from its history; ${writers}, and put its backup back`,
  'closed-in-store-alone': (id) =>
    `\`trailhound audit show ${id}\` tells what it did; \`trailhound investigations replan ${id}\` opens it again; ${writers}`,
};
