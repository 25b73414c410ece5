import { dayMs, minuteMs } from '../../model/duration.ts';
import { reopenUncontainedPorts } from './case-act-ports.ts';
import { reopenUncontained } from '../../commands/reopen-uncontained.ts';
import { setTimeout as sleep } from 'node:timers/promises';
import { createCaseActActivities } from '../../../activities/case-acts.ts';
import { createCollectActivities } from '../../../activities/collect.ts';
import { createDetectActivities } from '../../../activities/detect.ts';
import { createGatherActivities } from '../../../activities/gather.ts';
import { createInvestigateActivities } from '../../../activities/investigate.ts';
import { createRespondActivities } from '../../../activities/respond.ts';
import { createUpkeepActivities } from '../../../activities/upkeep.ts';
import { awsAccountHands } from '../../adapters/aws/account-hands.ts';
import type { AwsAccess } from '../../adapters/aws/clients.ts';
import { createTrailReader } from '../../adapters/aws/cloudtrail-reader.ts';
import { createIdentityReader } from '../../adapters/aws/identity-reader.ts';
import { createRegionLister } from '../../adapters/aws/region-lister.ts';
import { findAccount } from '../../adapters/store/accounts/account-store.ts';
import { storeActionJournal } from '../../adapters/store/response/action-journal-store.ts';
import { storeAuditLog } from '../../adapters/store/audit/audit-store.ts';
import { storeCases } from '../../adapters/store/cases/case-desk.ts';
import { createCollectionStore } from '../../adapters/store/collection/collection-store.ts';
import type { Store } from '../../adapters/store/database.ts';
import { createDetectionStore } from '../../adapters/store/detection/detection-store.ts';
import { isPassing } from '../../adapters/store/store-unreachable-error.ts';
import { storeLooks } from '../../adapters/store/cases/look-store.ts';
import { storeEventArchive } from '../../adapters/store/events/event-archive.ts';
import type { OwnCallRecorder } from '../../adapters/store/collection/own-call-recorder.ts';
import { loadPlan } from '../../adapters/store/cases/plan-store.ts';
import { createRequestPacer } from '../../adapters/store/collection/request-pacer.ts';
import { storeUnsettledKeys } from '../../adapters/store/response/unsettled-key-store.ts';
import { createUpkeepStore } from '../../adapters/store/upkeep/upkeep-store.ts';
import type { Doorbells } from '../../adapters/temporal/doorbells.ts';
import type { ApproverKey } from '../../approval/approver-key.ts';
import type { AddressLookup } from '../../cloudtrail/enrich.ts';
import { defaultCollectionPolicy, type CollectionPolicy } from '../../collection/collection-policy.ts';
import { historyNeededMs } from '../../collection/history-needed.ts';
import { keepEventsMs } from '../../collection/keep-events.ts';
import type { LiveRuleSet } from '../../detection/live/live-ports.ts';
import type { ResponseEnds } from '../../investigation/case/case-ports.ts';
import { lookupByPages } from '../../investigation/lookup-events.ts';
import { journalSeal } from '../../response/journal-seal.ts';
import { watchedAccounts } from '../../investigation/watched-accounts.ts';
import { lookupSourceId } from '../../model/log-source.ts';
import { currentInstant } from '../../model/instant.ts';
import { actionsTaken } from '../../response/actions-taken.ts';
import { respondRights } from '../../response/configured-limits.ts';
import { spendRejection, voidDecision } from '../../response/spent-decisions.ts';
import type { Config } from '../config/config.ts';
import { caseTrustOf } from './case-trust.ts';
import type { ResponderMemory } from './responder-memory.ts';

/** What the activities are made of. */
export interface ActivityParts {
  readonly config: Config;
  readonly store: Store;
  readonly aws: AwsAccess;
  readonly ownCalls: OwnCallRecorder;
  readonly doorbells: Doorbells;
  readonly responses: ResponseEnds;
  readonly ruleSet: LiveRuleSet;
  /** Of `source.geo` and `source.as`; none without a database. */
  readonly enrich?: AddressLookup | undefined;
  readonly approverKeys: readonly ApproverKey[];
  readonly responder: ResponderMemory;
  readonly log: ActivityLog;
}

/** What happens in activities and somebody should know, as data and a sentence of ours. */
export interface ActivityLog {
  info(data: object, sentence: string): void;
  warn(data: object, sentence: string): void;
}

/** How far back the history of a source that is new is read. */
export function historyMsOf({ collection }: Config, rules: LiveRuleSet['rules']): number {
  return historyNeededMs(rules, collection.historyDays * dayMs);
}

function policyOf({ collection }: Config): CollectionPolicy {
  return {
    ...defaultCollectionPolicy,
    liveLagS: Math.round(collection.liveLagMs / 1_000),
    sweepDelaysS: collection.sweepDelaysMs.map((ms) => Math.round(ms / 1_000)),
  };
}

const lookAgainMs = 2_000;
/** So long a new secret is tried to be stored while its key is live; then the key is removed, and made anew in the next round. */
const storeAgainForMs = 20_000;
/** AWS mends most of what ails it within minutes; a service that throttles for half an hour needs a person. */
const pacing = { firstMs: 1_000, longestMs: minuteMs, roundsForMs: 30 * minuteMs, tellPersonAfterMs: 5 * minuteMs };

/** All activities, by the task queue that they run on. */
export function composeActivities(parts: ActivityParts) {
  const { config, store, aws, ownCalls, doorbells, ruleSet, enrich, approverKeys, responder, log } = parts;
  const reader = createTrailReader(aws);
  const pacer = createRequestPacer(store.db);
  const audit = storeAuditLog(store.db);
  const journal = storeActionJournal(store.db, journalSeal(responder.journalKey));
  const upkeep = createUpkeepStore(store, historyMsOf(config, ruleSet.rules));
  const { accounts, response, installation: audience } = config;
  const watched = watchedAccounts(accounts, (accountId) => findAccount(store.db, accountId));
  const cases = storeCases(store.db, caseTrustOf(config, approverKeys, responder));
  const mayChange = respondRights(accounts);
  const secrets = { namePrefix: response.secretNamePrefix, region: response.secretRegion };
  return {
    collect: {
      ...createCollectActivities({
        store: createCollectionStore(store),
        reader,
        pacer,
        policy: policyOf(config),
        enrich,
        ringDetect: () => doorbells.ringDetect(),
        upkeep,
        onOperationalAlert: ({ kind, subject, sentence }, state) =>
          state === 'raised'
            ? log.warn({ alert: kind, subject }, sentence)
            : log.info({ alert: kind, subject }, 'this has ended'),
      }),
      ...createUpkeepActivities({
        store: upkeep,
        regions: createRegionLister(aws),
        keepEventsMs: keepEventsMs(config.collection.keepEventsMs, ruleSet.rules),
        onDone: (chore, outcome) => log.info({ chore, ...outcome }, 'done'),
      }),
    },
    detect: createDetectActivities({
      store: createDetectionStore(store),
      ruleSet,
      ringDetect: () => doorbells.ringDetect(),
      ringCase: (caseId) => doorbells.ringCase(caseId),
      takeUpLost: (open) => doorbells.takeUpLost(open),
      reopenUncontained: () =>
        reopenUncontained(reopenUncontainedPorts(store.db, doorbells, { cases, watchGraceMs: response.watchGraceMs })),
    }),
    gather: createGatherActivities({
      archive: storeEventArchive(store.db),
      lookup: lookupByPages(watched, reader, pacer),
      identities: createIdentityReader(aws, watched),
      cases,
      looks: storeLooks(store.db),
      isPassing,
      settings: {
        lookBackMs: config.investigation.lookBackMs,
        requestsPerLook: config.investigation.requestBudget,
      },
    }),
    caseActs: createCaseActActivities({
      cases,
      register: responder.register,
      approverKeys,
      settings: { audience },
      ringCase: (caseId) => doorbells.ringCase(caseId),
      now: currentInstant,
    }),
    investigate: createInvestigateActivities({
      archive: storeEventArchive(store.db),
      cases,
      responses: parts.responses,
      auditLog: audit,
      actionsTaken: (plan) => actionsTaken(plan, { register: responder.register, journal }),
      spendRejection: (signed) =>
        spendRejection(signed, {
          register: responder.register,
          approverKeys,
          audience,
          clock: { now: currentInstant },
        }),
      voidDecision: (signed) =>
        voidDecision(signed, { register: responder.register, approverKeys, audience, clock: { now: currentInstant } }),
      approverKeys,
      isPassing,
      looks: storeLooks(store.db),
      settings: {
        audience,
        approvalExpiresAfterMs: config.approval.expiresAfterMs,
        watchMs: response.watchMs,
        watchGraceMs: response.watchGraceMs,
        lookBackMs: config.investigation.lookBackMs,
        requestsPerLook: config.investigation.requestBudget,
        lookAgainAfterMs: config.investigation.lookAgainAfterMs,
        secrets,
        mayChange,
      },
      now: currentInstant,
    }),
    respond: createRespondActivities({
      plans: { planByDigest: (digest) => loadPlan(store.db, digest) },
      journal,
      register: responder.register,
      beginWithinMs: response.beginWithinMs,
      openAccount: awsAccountHands({
        access: aws,
        accounts,
        pace: (accountId, region) => pacer.turn(lookupSourceId(accountId, region)),
      }),
      audit,
      clock: { now: currentInstant, wait: (ms) => sleep(ms) },
      approverKeys,
      audience,
      allowed: { mayChange, secrets, protectedNames: response.guarded.userNames },
      guarded: response.guarded,
      limits: {
        settleMs: response.settleMs,
        trailProofTimeoutMs: response.trailProofTimeoutMs,
        lookAgainMs,
        storeAgainForMs,
      },
      pacing,
      unsettled: storeUnsettledKeys(store.db),
      flushOwnCalls: () => ownCalls.flush(),
      onStopped: ({ reason, message }) => log.warn({ alert: 'responder-stopped', reason }, message),
    }),
  };
}
