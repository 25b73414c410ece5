import type { IdentityId } from '../../model/identity.ts';
import { shownTime } from '../investigations/render-case.ts';
import type { Style } from '../terminal-style.ts';
import type { ShownIdentity } from '../../investigation/assessed-case.ts';
import type { CaseDocument } from './case-document.ts';
import { identityInWords } from './identity-words.ts';
import { plainText, safe, type SafeText } from '../../model/safe-text.ts';

const verbs: Readonly<Record<string, string>> = {
  'assumed-role': 'assumed a role as',
  'minted-session': 'minted',
  'created-user': 'created',
  'created-key': 'created',
  'set-password': 'set the password of',
  'signed-in': 'signed in as',
  'made-role': 'made',
  'opened-trust': 'opened the trust of',
  'ran-on-instance': 'ran on',
  'passed-role': 'handed over',
  'shared-with': 'shared with',
  'same-source': 'likely also',
};

/** The links as a tree from the suspects on; what two ways lead to is drawn once and named again. */
export function linkTree(document: CaseDocument, style: Style): readonly SafeText[] {
  const drawn = new Set<IdentityId>();
  const led = new Set(document.links.map(({ to }) => to));
  const begins = document.identities.filter(({ id, role }) => role === 'suspect' || !led.has(id));
  return begins.flatMap((each) =>
    drawn.has(each.id)
      ? []
      : [style.strong(identityInWords(each)), ...branches(each.id, document, drawn, safe``, style)],
  );
}

function branches(
  id: IdentityId,
  document: CaseDocument,
  drawn: Set<IdentityId>,
  indent: SafeText,
  style: Style,
): readonly SafeText[] {
  drawn.add(id);
  const links = document.links.filter(({ from }) => from === id);
  return links.flatMap(({ to, how, at, strength }, index) => {
    const isLast = index === links.length - 1;
    const far = document.identities.find((each) => each.id === to);
    const again = drawn.has(to) ? style.quiet(safe` (above)`) : safe``;
    const words = safe`${verbOf(how, document, id)} ${farEnd(far, to, document, id)}`;
    const likely = strength === 'likely' && how !== 'same-source' ? safe` (likely)` : safe``;
    const line = safe`${indent}${isLast ? safe`└` : safe`├`} ${words}${likely}${again}  ${style.quiet(shownTime(at))}`;
    if (drawn.has(to)) return [line];
    return [line, ...branches(to, document, drawn, safe`${indent}${isLast ? safe`  ` : safe`│ `}`, style)];
  });
}

/** A role's trust lets somebody in, whom whoever opened it had in mind; an instance's credentials were taken off it. */
function verbOf(how: string, { identities }: CaseDocument, from: IdentityId): SafeText {
  const kind = identities.find(({ id }) => id === from)?.kind;
  if (how === 'opened-trust' && kind === 'role') return safe`lets in`;
  if (how === 'ran-on-instance' && kind === 'instance') return safe`whose credentials were then used as`;
  return plainText(verbs[how] ?? how);
}

/** With its account where that is another than the near end's. */
function farEnd(
  far: ShownIdentity | undefined,
  to: IdentityId,
  { identities }: CaseDocument,
  from: IdentityId,
): SafeText {
  if (far === undefined) return plainText(to);
  const near = identities.find(({ id }) => id === from);
  const elsewhere = far.account !== null && far.kind !== 'account' && far.account !== near?.account;
  return elsewhere ? safe`${identityInWords(far)} in ${plainText(far.account)}` : identityInWords(far);
}
