import { responseEndWords } from '../audit/response-end-words.ts';
import { actionsLeftToPeople } from '../investigation/report/actions-left-to-people.ts';
import type { CaseDocument, DocumentAction } from '../investigation/report/case-document.ts';
import { describeCase } from '../investigation/report/describe-case.ts';
import { safeJoin } from '../model/safe-text.ts';
import { type CasePorts, type CaseView, caseView } from './case.ts';
import { planOnHold } from './plan-on-hold.ts';
import { caseWarnings } from './case-warnings.ts';
import { liveCase, type LiveCasePorts } from './live-case.ts';

/** A live case as it is shown: what was decided and done about it, and what it comes to now. */
export interface ShownCase {
  readonly view: CaseView;
  readonly document: CaseDocument;
}

/**
 * A case for whoever looks at it.
 *
 * @throws NoSuchCaseError
 */
export async function shownCase(ports: CasePorts & LiveCasePorts, named: string): Promise<ShownCase> {
  const view = await caseView(ports, named);
  const assessed = await liveCase(ports, view.id);
  const { plan } = view;
  const waits = plan?.standing === 'presented' && planOnHold(view) === null;
  const document = describeCase({
    id: view.id,
    severity: view.severity,
    assessed,
    alerts: view.alerts,
    actions: await actionsOf(ports, view, { advised: assessed.assessment.advises }),
    standing: {
      status: view.status,
      verdict: view.verdict,
      digest: waits ? plan.digest : null,
      decideBy: waits ? plan.expiresAt : null,
      warnings: caseWarnings(view, assessed.containment.left.length).map(({ sentence, details }) =>
        safeJoin([sentence, ...details], ' '),
      ),
      undo: waitingUndo(view),
    },
    ours: actsOfOurs(view),
    carriedOut: carriedOut(view),
    told: { notes: view.notes, mergedFrom: view.mergedFrom, mergedInto: view.mergedInto },
  });
  return { view, document };
}

/** What `investigations show --json` prints: the case's document beside what was decided and done about it. */
export function shownCaseJson({ view, document }: ShownCase) {
  const plan = view.plan === null ? null : { ...view.plan, actions: document.plan.actions };
  return { ...view, ...document, plan };
}

/** What is carried out after an approval, and what the plan leaves to a person. */
async function actionsOf(
  { plansOf }: Pick<CasePorts, 'plansOf'>,
  { id, plan }: CaseView,
  { advised }: { readonly advised: boolean },
): Promise<readonly DocumentAction[]> {
  const presented = (await plansOf(id)).find(({ digest }) => digest === plan?.digest);
  if (plan === null || presented === undefined || presented.opened.kind === 'altered') return [];
  return [...plan.actions.map(plannedAction), ...actionsLeftToPeople(presented.opened.plan, advised)];
}

/** Nothing is told of one that is not what its digest says, but that it waits. */
function waitingUndo({ undo }: CaseView) {
  if (undo?.standing !== 'presented') return null;
  return { digest: undo.digest, decideBy: undo.expiresAt, actions: undo.actions.map(plannedAction) };
}

function plannedAction(action: NonNullable<CaseView['plan']>['actions'][number]): DocumentAction {
  const { id, type, target, params, dependsOn, recommended, effect, leavesOpen, onlyIfChosen } = action;
  const more = { params, dependsOn, effect, leavesOpen };
  return {
    id,
    type,
    target: { ...target },
    ...more,
    recommended,
    byHand: false,
    closes: [],
    sentence: effect,
    onlyIfChosen,
  };
}

/** What each response did, and who approved it. */
function carriedOut({ responses, decisions, undo }: CaseView): CaseDocument['carriedOut'] {
  return responses.map(({ endedAt, ended, planDigest, actions }) => ({
    at: endedAt,
    // That it takes an earlier one back is told beside.
    ended: responseEndWords(ended === 'undone' ? 'contained' : ended, actions),
    takesBack: ended === 'undone' || undo?.digest === planDigest,
    approvals: decisions.flatMap((each) =>
      each.verdict === 'approve' && each.outcome.kind !== 'refused' && each.planDigest === planDigest
        ? [{ approver: each.approver ?? 'somebody', at: each.at, reason: each.reason ?? '' }]
        : [],
    ),
    actions: actions.map(({ actionId, type, target, outcome, detail }) => ({
      id: actionId,
      type,
      target: { ...target },
      outcome,
      detail,
    })),
  }));
}

/** What we and the approvers did, for the line of time. */
function actsOfOurs({ plan, decisions, responses, openedAt, closedAt, verdict }: CaseView): CaseDocument['ours'] {
  const presented = plan === null ? [] : [{ at: plan.presentedAt, who: 'trailhound', what: 'A plan was presented.' }];
  const decided = decisions.map(({ at, approver, verdict: said, outcome, actionIds, reason }) => ({
    at,
    who: approver ?? 'somebody',
    what:
      outcome.kind === 'refused'
        ? `A decision was refused (${outcome.code}).`
        : `${said === 'approve' ? `Approved ${actionIds.join(', ')}` : 'Rejected the plan'}: ${reason ?? ''}`,
  }));
  const done = responses.flatMap(({ endedAt, ended, actions }) => [
    ...actions.map(({ actionId, outcome }) => ({ at: endedAt, who: 'trailhound', what: `${actionId}: ${outcome}.` })),
    { at: endedAt, who: 'trailhound', what: `The response ended: ${responseEndWords(ended, actions)}.` },
  ]);
  const closed =
    closedAt === null ? [] : [{ at: closedAt, who: 'trailhound', what: `The case was closed: ${verdict ?? ''}.` }];
  return [
    { at: openedAt, who: 'trailhound', what: 'The case was opened.' },
    ...presented,
    ...decided,
    ...done,
    ...closed,
  ];
}
