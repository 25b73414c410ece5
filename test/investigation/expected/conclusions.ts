import { shapeOf } from './investigate-records.ts';
import type { ExpectedCase } from './stratus.ts';
import type { CaseDocument } from '../../../src/investigation/report/case-document.ts';

/** What a case concludes, in the words of the expected cases: sorted, and without IDs that say nothing. */
export interface ExpectedConclusions {
  /** Kinds of suspicious findings. */
  readonly findings: readonly string[];
  readonly waysIn: readonly string[];
  /** What was called, whether it was refused, and what for. */
  readonly stages: readonly string[];
  readonly plan: readonly string[];
}

/** All that is to be said of a case. */
export interface FullyExpectedCase extends ExpectedCase, ExpectedConclusions {
  /** Lines that are right, and what is said in place of each as long as that is not mended. */
  readonly notYetSaid?: Readonly<Record<string, string>>;
}

/** What a case says, to be compared with what is expected. */
export function saidOf(document: CaseDocument): object {
  return { ...shapeOf(document), ...conclusionsOf(document) };
}

/** The same of what is expected: in order, with what is said today in the place of what is not said yet. */
export function expectedToBeSaid({ notYetSaid = {}, ...expected }: FullyExpectedCase): object {
  const { accounts, identities, links, findings, waysIn, stages, plan } = expected;
  function inOrder(lines: readonly string[]) {
    return lines.map((line) => notYetSaid[line] ?? line).toSorted();
  }
  return {
    accounts,
    identities: inOrder(identities),
    links: inOrder(links),
    findings: inOrder(findings),
    waysIn: inOrder(waysIn),
    stages: inOrder(stages),
    plan: inOrder(plan),
  };
}

/** What a case concludes, to be compared. */
export function conclusionsOf({ findings, waysIn, timeline, plan }: CaseDocument): ExpectedConclusions {
  const suspicious = findings.filter(({ direction }) => direction === 'suspicious').map(({ kind }) => kind);
  const stages = timeline.map(
    ({ action, outcome, stage }) => `${action}${outcome === 'failure' ? ' refused' : ''} ${stage}`,
  );
  return {
    findings: [...new Set(suspicious)].toSorted(),
    waysIn: waysIn.map((wayIn) => `${wayIn.state} ${wayInNamed(wayIn)}`).toSorted(),
    stages: [...new Set(stages)].toSorted(),
    plan: plan.actions
      .filter(({ recommended }) => recommended)
      .map(actionNamed)
      .toSorted(),
  };
}

/** The same in order, so that an expectation may be written in the order of the story. */
export function sorted({ findings, waysIn, stages, plan }: ExpectedConclusions): ExpectedConclusions {
  return {
    findings: findings.toSorted(),
    waysIn: waysIn.toSorted(),
    stages: stages.toSorted(),
    plan: plan.toSorted(),
  };
}

function wayInNamed({ what, until }: CaseDocument['waysIn'][number]): string {
  switch (what.kind) {
    case 'access-key':
    case 'password':
    case 'other-credential':
      return `${what.kind} of ${what.userName}`;
    case 'session': {
      const of = what.roleName === null ? `user ${what.userName ?? what.sessionName}` : `role ${what.roleName}`;
      return `session of ${of} until ${until.replace(/(?:\.\d+)?Z$/, '')}`;
    }
    case 'user':
      return `user ${what.userName}`;
    case 'person':
      return `person ${what.name}`;
    case 'role':
      return `role ${what.roleName}`;
    case 'trust':
      return `trust of ${what.roleName}`;
    case 'grant':
      return `grant to ${what.holder}`;
    default:
      return what.kind;
  }
}

/** By whom or what it is for, where that says something. */
function actionNamed({ type, target }: CaseDocument['plan']['actions'][number]): string {
  const named = ['userName', 'roleName', 'holder', 'name', 'what'].map((field) => target[field]);
  const [first] = type === 'restoreLogging' || type === 'restoreSetting' ? [target['what']] : named.filter(Boolean);
  const saysNothing = ['rotateSecret', 'removeCode', 'closeNetwork', 'endSharing', 'isolateInstance', 'removeProvider'];
  return saysNothing.includes(type) || typeof first !== 'string' ? type : `${type} of ${first}`;
}
