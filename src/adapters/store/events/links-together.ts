import { setImmediate as nextTurn } from 'node:timers/promises';
import type { LinkIndex, TouchingLinks } from '../../../investigation/links/link-index.ts';
import type { IdentityId } from '../../../model/identity.ts';
import type { StoredLinks } from './link-store.ts';

/**
 * The links in the store, for many walks at once: what they ask in one turn of the event loop is asked of the store in one statement.
 *
 * @param suspects whom alerts are about that the store does not have yet.
 */
export function storedLinksTogether(links: StoredLinks, suspects: ReadonlySet<IdentityId>): LinkIndex {
  const inTurn = oneAfterTheOther();
  const touching = askedTogether(inTurn, async (asked: readonly LinkQuestion[]) => {
    await links.readAhead(asked.flatMap(({ ids }) => ids));
    const answers: TouchingLinks[] = [];
    for (const { ids, addresses } of asked) answers.push(await links.touching(ids, addresses));
    return answers;
  });
  return {
    isWatched: (accountId) => links.isWatched(accountId),

    touching: (ids, addresses) => touching({ ids, addresses }),

    before: (id, at) => inTurn(() => links.before(id, at)),

    sessionsNear: (maker, at) => inTurn(() => links.sessionsNear(maker, at)),

    instanceSessions: askedTogether(inTurn, async (asked: readonly (readonly IdentityId[])[]) => {
      const all = await links.instanceSessions(distinct(asked.flat()));
      return asked.map((ids) => all.filter(({ instance }) => ids.includes(instance)));
    }),

    suspected: askedTogether(inTurn, async (asked: readonly (readonly IdentityId[])[]) => {
      const all = await links.suspected(distinct(asked.flat()));
      return asked.map((ids) => new Set(ids.filter((id) => all.has(id) || suspects.has(id))));
    }),
  };
}

function distinct<T>(items: readonly T[]): readonly T[] {
  return [...new Set(items)];
}

interface LinkQuestion {
  readonly ids: readonly IdentityId[];
  readonly addresses: readonly string[];
}

type InTurn = <T>(work: () => Promise<T>) => Promise<T>;

/** A transaction's connection takes one statement at a time. */
function oneAfterTheOther(): InTurn {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const done = last.then(work);
    last = done.catch(() => undefined);
    return done;
  };
}

/** @param askAll gives the answers in the order of what is asked. */
function askedTogether<Q, T>(
  inTurn: InTurn,
  askAll: (asked: readonly Q[]) => Promise<readonly T[]>,
): (question: Q) => Promise<T> {
  let waiting: Q[] = [];
  let answers: Promise<readonly T[]> | null = null;
  async function askThoseWaiting(): Promise<readonly T[]> {
    await nextTurn();
    return inTurn(() => {
      const asked = waiting;
      [waiting, answers] = [[], null];
      return askAll(asked);
    });
  }
  return async (question) => {
    const place = waiting.push(question) - 1;
    answers ??= askThoseWaiting();
    const answer = (await answers)[place];
    if (answer === undefined) throw new Error('there are fewer answers than questions');
    return answer;
  };
}
