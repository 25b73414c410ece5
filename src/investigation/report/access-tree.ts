import { plainText, safe, type SafeText } from '../../model/safe-text.ts';
import type { CaseDocument, DocumentIdentity } from './case-document.ts';
import { identityInWords } from './identity-words.ts';

export type ShownLink = CaseDocument['links'][number];

/** Somebody in the tree of who gave access to whom, and what led there. */
export interface AccessBranch {
  readonly id: string;
  readonly identity: DocumentIdentity | undefined;
  /** Null where the tree begins. */
  readonly link: ShownLink | null;
  /** The step in words: `created user support`. */
  readonly words: SafeText;
  /** The step without whom it led to: `created`. */
  readonly verb: SafeText;
  /** Drawn already, with all that came of it, further up. */
  readonly again: boolean;
  readonly branches: readonly AccessBranch[];
}

const verbs: Readonly<Record<ShownLink['how'], SafeText>> = {
  'assumed-role': safe`assumed a role as`,
  'minted-session': safe`minted`,
  'created-user': safe`created`,
  'created-key': safe`created`,
  'set-password': safe`set the password of`,
  'signed-in': safe`signed in as`,
  'made-role': safe`made`,
  'opened-trust': safe`opened the way to`,
  'ran-on-instance': safe`got onto`,
  'passed-role': safe`handed over`,
  'shared-with': safe`shared with`,
  'same-source': safe`likely also`,
};

/** The links as a tree from the suspects on; what two ways lead to is drawn once and named again. */
export function accessTree(document: Pick<CaseDocument, 'identities' | 'links'>): readonly AccessBranch[] {
  const drawn = new Set<string>();
  const led = new Set(document.links.map(({ to }) => to));
  const begins = document.identities.filter(({ id, role }) => role === 'suspect' || !led.has(id));
  return begins.flatMap((identity) =>
    drawn.has(identity.id)
      ? []
      : [
          {
            id: identity.id,
            identity,
            link: null,
            words: identityInWords(identity),
            verb: safe``,
            again: false,
            branches: branchesOf(identity.id, document, drawn),
          },
        ],
  );
}

function branchesOf(
  id: string,
  document: Pick<CaseDocument, 'identities' | 'links'>,
  drawn: Set<string>,
): readonly AccessBranch[] {
  drawn.add(id);
  const { identities } = document;
  return document.links
    .filter((link) => hangsFrom(link, identities) === id)
    .map((link) => {
      const identity = identities.find((each) => each.id === link.to);
      const again = drawn.has(link.to);
      const verb = verbOf(link, identities, id);
      const words = safe`${verb} ${farEnd(identity, link, identities)}`;
      return {
        id: link.to,
        identity,
        link,
        words,
        verb,
        again,
        branches: again ? [] : branchesOf(link.to, document, drawn),
      };
    });
}

/** A key that somebody made hangs from the user that it belongs to, not from its maker. */
function hangsFrom({ from, how, via }: ShownLink, identities: readonly DocumentIdentity[]): string {
  const [owner] = via;
  const isForAnother = how === 'created-key' && owner !== undefined && owner !== from;
  return isForAnother && identities.some(({ id }) => id === owner) ? owner : from;
}

/** A step in words, as it stands between its two ends: `assumed a role as`. */
export function linkInWords(link: ShownLink, identities: readonly DocumentIdentity[]): SafeText {
  return verbOf(link, identities, link.from);
}

/** A role's trust lets somebody in, whom whoever opened it had in mind; an instance's credentials were taken off it. */
function verbOf({ how, from }: ShownLink, identities: readonly DocumentIdentity[], parent: string): SafeText {
  if (parent !== from) return safe`has a new`;
  const kind = identities.find(({ id }) => id === from)?.kind;
  if (how === 'opened-trust' && kind === 'role') return safe`lets in`;
  if (how === 'ran-on-instance' && kind === 'instance') return safe`whose credentials were then used as`;
  return verbs[how];
}

/** With its account where that is another than the near end's. */
function farEnd(
  far: DocumentIdentity | undefined,
  { from, to }: ShownLink,
  identities: readonly DocumentIdentity[],
): SafeText {
  if (far === undefined) return plainText(to);
  const near = identities.find(({ id }) => id === from);
  const elsewhere = far.account !== null && far.kind !== 'account' && far.account !== near?.account;
  return elsewhere ? safe`${identityInWords(far)} in ${plainText(far.account)}` : identityInWords(far);
}
