import type { RespondPorts } from '../../activities/respond.ts';
import type { ActionType } from '../../src/model/action.ts';
import { stepsOf } from '../../src/response/action-registry.ts';
import type { JournalMark } from '../../src/response/action-journal.ts';
import type { AccountHands } from '../../src/response/ports.ts';
import type { StepOutline } from '../../src/response/step-outline.ts';

/** Where a worker is killed: right after a row of the journal is committed, or around an AWS call that changes something. */
export type KillPoint =
  | { readonly step: string; readonly after: JournalMark }
  | { readonly step: string; readonly write: string; readonly side: 'before' | 'after' };

/** Every boundary of every step, from the action's own list: a step that is added there has its points at once. */
export function killPointsOf(type: ActionType): readonly KillPoint[] {
  return stepsOf(type).flatMap((step) => [
    ...marksOf(step).map((after) => ({ step: step.name, after })),
    ...step.writes.flatMap((write) => [
      { step: step.name, write, side: 'before' as const },
      { step: step.name, write, side: 'after' as const },
    ]),
  ]);
}

function marksOf({ onceOnly }: StepOutline): readonly JournalMark[] {
  return onceOnly
    ? ['intended', 'checked', 'calling', 'called', 'verified']
    : ['intended', 'checked', 'called', 'verified'];
}

export function nameOf(point: KillPoint): string {
  return 'after' in point ? `${point.step}, ${point.after} written` : `${point.step}, ${point.side} ${point.write}`;
}

/** The ports with a trap at one point: `spring` is called there, and is expected not to return. */
export function withTrap(ports: RespondPorts, point: KillPoint, spring: () => void): RespondPorts {
  let step = '';
  const { journal, openAccount } = ports;
  return {
    ...ports,
    journal: {
      ...journal,
      write: async (row) => {
        step = row.step;
        const written = await journal.write(row);
        if ('after' in point && point.step === row.step && point.after === row.mark) spring();
        return written;
      },
    },
    openAccount: async (accountId, session) => {
      const hands = await openAccount(accountId, session);
      if ('after' in point) return hands;
      return trapped(hands, point.write, async (call) => {
        const here = step === point.step;
        if (here && point.side === 'before') spring();
        const answer = await call();
        if (here && point.side === 'after') spring();
        return answer;
      });
    },
  };
}

type Around = <T>(call: () => Promise<T>) => Promise<T>;

/** Wraps the one call that is named in a step's list of writes; an unknown name is a mistake of the list or of this test. */
function trapped(hands: AccountHands, write: string, around: Around): AccountHands {
  const { keys, principals, secrets } = hands;
  switch (write) {
    case 'iam:UpdateAccessKey': {
      function deactivate(user: string, id: string) {
        return around(() => keys.deactivate(user, id));
      }
      function activate(user: string, id: string) {
        return around(() => keys.activate(user, id));
      }
      return { ...hands, keys: { ...keys, deactivate, activate } };
    }
    case 'iam:PutUserPolicy':
    case 'iam:PutRolePolicy': {
      const putPolicy: typeof principals.putPolicy = (holder, name, document) =>
        around(() => principals.putPolicy(holder, name, document));
      return { ...hands, principals: { ...principals, putPolicy } };
    }
    case 'iam:DeleteUserPolicy':
    case 'iam:DeleteRolePolicy': {
      const removePolicy: typeof principals.removePolicy = (holder, name) =>
        around(() => principals.removePolicy(holder, name));
      return { ...hands, principals: { ...principals, removePolicy } };
    }
    case 'iam:DeleteLoginProfile': {
      function removePassword(user: string) {
        return around(() => principals.removePassword(user));
      }
      return { ...hands, principals: { ...principals, removePassword } };
    }
    case 'iam:CreateAccessKey':
      return { ...hands, keys: { ...keys, create: (user) => around(() => keys.create(user)) } };
    case 'secretsmanager:CreateSecret':
      return { ...hands, secrets: { ...secrets, store: (secret) => around(() => secrets.store(secret)) } };
    default:
      throw new Error(`no trap is known for ${write}`);
  }
}
