import {
  acceptWayInOfCase,
  assignCase,
  closeCase,
  type ClosePorts,
  linkCases,
  noteOnCase,
  type NotePorts,
  splitCase,
} from '../../commands/case-acts.ts';
import type { Caller } from '../../commands/caller.ts';
import { openWaysIn } from '../../investigation/report/case-words.ts';
import { leftByHand } from '../../investigation/report/left-by-hand.ts';
import { wayInWords } from '../../investigation/way-in-words.ts';
import type { AcceptanceStatement } from '../../model/acceptance.ts';
import { isOver, type PersonsVerdict } from '../../model/case-state.ts';
import type { CaseId, Instant } from '../../model/ids.ts';
import { counted, forNumber } from '../../model/counted.ts';
import { utcTime } from '../../model/utc-time.ts';
import { plainText, safe, type SafeText } from '../../model/safe-text.ts';
import type { AnsweringCommand, AnswerOf } from '../../views/answers.ts';
import { shownCase, type ShownCase } from '../../views/shown-case.ts';
import { acceptPorts, caseActPorts } from '../compose/case-act-ports.ts';
import { liveCasePorts } from '../compose/case-ports.ts';
import { caseTrustHere } from '../compose/case-trust.ts';
import { overCase } from '../compose/over-installation.ts';
import { readKey } from '../compose/signing-key.ts';
import { whoAsks } from '../compose/who-asks.ts';
import type { Config } from '../config/config.ts';
import { printAnswer, printAsItIs, printProse } from '../terminal/terminal-output.ts';
import { isConfirmed } from '../terminal/confirmation.ts';
import { styleFor } from '../terminal/terminal-style.ts';
import { hangingLines } from '../terminal/wrapped-text.ts';
import { signedLines } from './signed-lines.ts';
import type { AskingOptions } from './print.ts';

/** Does an act in the name of whoever types it, and tells it in a line or as JSON. */
async function printAct<Name extends AnsweringCommand>(
  config: Config,
  { key, json, caseId }: AskingOptions & { readonly caseId: string },
  name: Name,
  act: (ports: NotePorts, caller: Caller) => Promise<AnswerOf<Name>>,
  tell: (done: AnswerOf<Name>) => SafeText,
): Promise<void> {
  const caller = await whoAsks(config, key);
  const done = await overCase(config, caseId, (connections) => act(caseActPorts(connections), caller));
  if (json === true) await printAnswer(name, done);
  else printProse(tell(done));
}

/**
 * Signs that a way in may stay, and gives that to the case.
 *
 * @throws ActRefusedError, NoSuchCaseError, ApproverKeyFileError
 */
export async function printAccepted(
  config: Config,
  options: AskingOptions & {
    readonly caseId: string;
    readonly wayIn: string;
    readonly reason: string;
    readonly until?: Instant;
    readonly approver?: string;
  },
): Promise<void> {
  const signer = await readKey({ keyFile: options.key, approver: options.approver }, config);
  const trust = await caseTrustHere(config);
  const statement = await overCase(config, options.caseId, (connections) => {
    const ports = acceptPorts(
      connections,
      { config, trust, signer },
      {
        show: async (about) => {
          if (options.json === true) return;
          for (const line of acceptanceLines(about, styleFor(process.stdout).width)) await printAsItIs(line);
        },
        confirm: async () => options.json === true || (await isConfirmed('Sign this?')),
      },
    );
    return acceptWayInOfCase(ports, { name: signer.approver }, options);
  });
  if (options.json === true) await printAnswer('investigations accept', { statement });
  else printProse(safe`${plainText(signer.approver)} accepted it: written down`);
}

/** What an approver is about to sign: the very content that is signed and then, next to the question, what it means, made of that. */
function acceptanceLines(statement: AcceptanceStatement, width: number | undefined): readonly SafeText[] {
  const { approver, caseId, wayInId, what, seen = [], expiresAt, reason } = statement;
  const shown = {
    id: wayInId,
    what,
    identity: '' as never,
    origin: 'used',
    state: 'unknown',
    until: 'unknown',
    // What records show is not told as something that is there besides.
    proof: seen.map((eventId) => ({ accountId: '' as never, eventId, revision: 0 })),
  } as const;
  const until = expiresAt === null ? safe`until the case closes` : safe`until ${utcTime(expiresAt)} UTC`;
  const shows = safe`as ${counted(seen.length, 'record')} ${forNumber(seen.length, 'shows', 'show')} it; one that comes later and was not seen makes it void`;
  return [
    ...signedLines(statement, width),
    safe``,
    ...hangingLines(
      safe``,
      safe`${plainText(approver)} signs: way in ${plainText(wayInId)} of case ${plainText(caseId)} may stay as it is, ${until}`,
      width,
      safe`  `,
    ),
    ...hangingLines(safe`  `, wayInWords(shown).sentence, width),
    ...hangingLines(safe`  `, shows, width),
    ...hangingLines(safe`  `, safe`because: ${plainText(reason, 2_000)}`, width),
  ];
}

function leftLines(caseId: CaseId, left: readonly SafeText[]): readonly SafeText[] {
  return [
    safe`${plainText(caseId)} has ${counted(left.length, 'thing')} left to do by hand, which nobody reminds of once it is closed:`,
    ...left.map((sentence) => safe`- ${sentence}`),
  ];
}

/** What came of closing, and what that leaves as it is: whoever closed the wrong case, or takes a response for taken back, reads it here. */
export function closedLines(
  { caseId, verdict, leftByHand: left }: AnswerOf<'investigations close'>,
  { view: { responses, sinceUndone }, document }: ShownCase,
  nowMs: number,
): readonly SafeText[] {
  const id = plainText(caseId);
  const closed = safe`${id} is closed: ${plainText(verdict.replaceAll('-', ' '))}`;
  const open = openWaysIn(document, nowMs).length;
  const stays = responses.some(
    ({ ended, actions }) => ended !== 'undone' && actions.some(({ outcome }) => outcome === 'done'),
  );
  const isTakenBack = sinceUndone !== null && sinceUndone.left.length === 0;
  return [
    left.length === 0
      ? closed
      : safe`${closed}. The case, its report and the list of cases keep what is left to do by hand: \`trailhound investigations show ${id}\``,
    ...(open === 0
      ? []
      : [
          safe`${counted(open, 'way')} in ${forNumber(open, 'stays', 'stay')} open, and nobody is asked about ${forNumber(open, 'it', 'them')} any more: \`trailhound investigations show ${id} --identity\``,
        ]),
    ...(stays && !isTakenBack
      ? [
          safe`what its response did stays as it is, denied, deactivated or revoked: \`trailhound investigations undo ${id} --reason TEXT\` asks for a plan that takes it back`,
        ]
      : []),
    safe`closed by mistake: \`trailhound investigations replan ${id} --reason TEXT\` opens it again`,
  ];
}

/**
 * Closes a case; shows first what it leaves to people, and asks whoever sits at a terminal.
 *
 * @throws ActRefusedError, NoSuchCaseError, ApproverKeyFileError
 */
export async function printClosed(
  config: Config,
  options: AskingOptions & { readonly caseId: string; readonly verdict: PersonsVerdict; readonly reason: string },
): Promise<void> {
  const caller = await whoAsks(config, options.key);
  const trust = await caseTrustHere(config);
  const closed = await overCase(config, options.caseId, async (connections) => {
    const known = liveCasePorts(connections.store.db, trust);
    const ports: ClosePorts = {
      ...caseActPorts(connections),
      leftByHand: async (caseId) => {
        const { view, document } = await shownCase(known, caseId);
        return isOver(view.status) ? null : leftByHand(document, Date.now());
      },
      confirmLeft: async (caseId, left) => {
        if (options.json === true) return true;
        for (const line of leftLines(caseId, left)) printProse(line);
        return await isConfirmed('Close it all the same?');
      },
    };
    const answer = await closeCase(ports, caller, options);
    return { answer, shown: options.json === true ? null : await shownCase(known, answer.caseId) };
  });
  if (closed.shown === null) await printAnswer('investigations close', closed.answer);
  else for (const line of closedLines(closed.answer, closed.shown, Date.now())) printProse(line);
}

/** @throws NoSuchCaseError, ApproverKeyFileError */
export async function printNoted(
  config: Config,
  options: AskingOptions & { readonly caseId: string; readonly text: string },
): Promise<void> {
  await printAct(
    config,
    options,
    'investigations note',
    (ports, caller) => noteOnCase(ports, caller, options),
    ({ caseId }) => safe`noted on ${plainText(caseId)}`,
  );
}

/** @throws ActRefusedError, NoSuchCaseError, ApproverKeyFileError */
export async function printAssigned(
  config: Config,
  options: AskingOptions & { readonly caseId: string; readonly person: string | null },
): Promise<void> {
  await printAct(
    config,
    options,
    options.person === null ? 'investigations unassign' : 'investigations assign',
    (ports, caller) => assignCase(ports, caller, options),
    ({ caseId, assignedTo }) =>
      safe`${plainText(caseId)} is assigned to ${assignedTo === null ? safe`nobody` : plainText(assignedTo)}`,
  );
}

/** @throws ActRefusedError, NoSuchCaseError, ApproverKeyFileError */
export async function printLinked(
  config: Config,
  options: AskingOptions & { readonly caseId: string; readonly other: string; readonly reason: string },
): Promise<void> {
  await printAct(
    config,
    options,
    'investigations link',
    (ports, caller) => linkCases(ports, caller, options),
    ({ caseId }) =>
      safe`both go on as ${plainText(caseId)}; what was planned and decided in the other is void. Look at it with \`trailhound investigations show ${plainText(caseId)}\``,
  );
}

/** @throws ActRefusedError, NoSuchCaseError, ApproverKeyFileError */
export async function printSplit(
  config: Config,
  options: AskingOptions & { readonly caseId: string; readonly actor: readonly string[]; readonly reason: string },
): Promise<void> {
  await printAct(
    config,
    options,
    'investigations split',
    (ports, caller) => splitCase(ports, caller, { ...options, actors: options.actor }),
    ({ newCaseId }) =>
      safe`the alerts about it are case ${plainText(newCaseId)} now: \`trailhound investigations show ${plainText(newCaseId)}\``,
  );
}
