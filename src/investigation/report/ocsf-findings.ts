import type { Severity } from '../../model/severity.ts';
import { isIpAddress } from '../../cloudtrail/ip-address.ts';
import type { CaseDocument, DocumentAlert, DocumentEntry } from './case-document.ts';
import { mergedInWords, noteInWords, waitingUndo } from './carried-out.ts';
import { identityName, suspectsInWords } from './case-words.ts';

/*
 * Findings in the Open Cybersecurity Schema Framework 1.6.0 (schema.ocsf.io/1.6.0): a Detection Finding (2004) for each rule that
 * alerted, and an Incident Finding (2005) for the case. Times are milliseconds since 1970. Names are as the log has them.
 */

const version = '1.6.0';
const findingsCategory = 2;
const createActivity = 1;
const awsAccount = 10;
const analyticRule = 1;
const ipObservable = 2;

const severityIds: Readonly<Record<Severity, number>> = { low: 2, medium: 3, high: 4, critical: 5 };
const statusIds = { new: 1, 'in progress': 2, closed: 5 } as const;

/** The Detection Findings of cases and an Incident Finding for each, as plain objects. */
export function ocsfFindings(documents: readonly CaseDocument[]): readonly object[] {
  return documents.flatMap((document) => [...detectionFindings(document), incidentFinding(document)]);
}

function detectionFindings(document: CaseDocument): readonly object[] {
  return [...Map.groupBy(document.alerts, ({ ruleId }) => ruleId).values()].flatMap((alerts) => {
    const [first] = alerts;
    return first === undefined ? [] : [detectionFinding(first, alerts, document)];
  });
}

function detectionFinding(first: DocumentAlert, alerts: readonly DocumentAlert[], document: CaseDocument): object {
  const ids = new Set(alerts.map(({ id }) => id));
  const entries = document.timeline.filter(({ alertIds }) => alertIds.some((id) => ids.has(id)));
  const account = entries[0]?.account ?? document.accounts[0];
  return {
    ...base(2004, first.eventTime, first.severity, document, account === undefined ? [] : ['cloud']),
    message: first.ruleName,
    is_alert: true,
    ...status(document),
    risk_score: first.riskScore,
    finding_info: findingInfo(first, alerts),
    evidences: entries.map((entry) => evidence(entry, document)),
    observables: observables(entries),
    ...(account === undefined ? {} : { cloud: { provider: 'AWS', account: { uid: account, type_id: awsAccount } } }),
  };
}

function incidentFinding(document: CaseDocument): object {
  const { id, from, until, severity, alerts, findings } = document;
  const techniques = [...new Set(findings.flatMap((finding) => finding.techniques))];
  const byRule = [...Map.groupBy(alerts, ({ ruleId }) => ruleId).values()];
  return {
    ...base(2005, from, severity, document),
    message: `Case ${id}: ${suspectsInWords(document)}`,
    desc: findings.map(({ sentence }) => sentence).join(' '),
    ...status(document),
    ...toldByPeople(document),
    start_time: Date.parse(from),
    end_time: Date.parse(until),
    // The schema wants somebody to be named.
    assignee_group: { name: 'unassigned' },
    attacks: techniques.map((uid) => ({ technique: { uid } })),
    finding_info_list: byRule.flatMap((group) => (group[0] === undefined ? [] : [findingInfo(group[0], group)])),
    observables: observables(document.timeline),
  };
}

function base(
  classUid: 2004 | 2005,
  at: string,
  severity: Severity,
  { id }: CaseDocument,
  profiles: readonly string[] = [],
) {
  return {
    category_uid: findingsCategory,
    class_uid: classUid,
    activity_id: createActivity,
    type_uid: classUid * 100 + createActivity,
    time: Date.parse(at),
    severity_id: severityIds[severity],
    metadata: {
      version,
      product: { name: 'Trailhound', vendor_name: 'Trailhound' },
      profiles,
      correlation_uid: id,
    },
  };
}

function status({ standing }: CaseDocument): { readonly status_id: number } {
  if (standing === null || standing.status === 'gathering' || standing.status === 'quiet')
    return { status_id: statusIds.new };
  const ended = standing.status === 'closed' || standing.status === 'merged';
  return { status_id: ended ? statusIds.closed : statusIds['in progress'] };
}

/** The cases that it is, the undo that waits, and what people wrote: only where there is any. */
function toldByPeople(document: CaseDocument): { readonly status_detail?: string; readonly comment?: string } {
  const undo = waitingUndo(document);
  const detail = [
    ...mergedInWords(document).map((each) => `merged: ${each}`),
    ...(undo === null ? [] : [`an undo waits: plan ${undo.words}`]),
  ].join('; ');
  const comment = document.notes.map(noteInWords).join('\n');
  return { ...(detail === '' ? {} : { status_detail: detail }), ...(comment === '' ? {} : { comment }) };
}

function findingInfo(first: DocumentAlert, alerts: readonly DocumentAlert[]): object {
  const times = alerts.map(({ eventTime }) => Date.parse(eventTime)).toSorted((a, b) => a - b);
  return {
    uid: first.id,
    title: first.ruleName,
    analytic: { uid: first.ruleId, name: first.ruleName, type_id: analyticRule },
    first_seen_time: times[0],
    last_seen_time: times.at(-1),
    related_events: [...new Set(alerts.flatMap(({ eventIds }) => eventIds))].map((uid) => ({ uid })),
  };
}

function evidence({ identity, action, source }: DocumentEntry, { identities }: CaseDocument): object {
  const [service = '', operation = action] = action.split(':');
  return {
    actor: { user: { uid: identity, name: identityName(identity, identities) } },
    api: { operation, service: { name: service } },
    ...(source === null ? {} : { src_endpoint: isIpAddress(source) ? { ip: source } : { name: source } }),
  };
}

function observables(entries: readonly DocumentEntry[]): readonly object[] {
  const addresses = entries.flatMap(({ source }) => (source !== null && isIpAddress(source) ? [source] : []));
  return [...new Set(addresses)].map((value) => ({ name: 'src_endpoint.ip', type_id: ipObservable, value }));
}
