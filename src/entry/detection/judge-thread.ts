import { parentPort, workerData } from 'node:worker_threads';
import { openAddressDatabases } from '../../adapters/files/address-database.ts';
import { detectOffline } from '../../detection/offline.ts';
import { countTakenParts } from './alert-counting.ts';
import { judgeSources, ReportGatherer } from './judge-sources.ts';
import { loadRules } from './load-rules.ts';
import type { CountTask, ThreadMessage, ThreadTask } from './thread-messages.ts';

/**
 * A thread of `trailhound detect`: judges the sources that it gets hold of, says what it has kept, and counts alerts where it is
 * asked to. It lives until it is ended.
 */
const task = workerData as ThreadTask;
const tell = (message: ThreadMessage): void =>
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- ports between threads have none
  parentPort?.postMessage(message);
const gatherer = new ReportGatherer((report) => tell({ kind: 'report', report }));
const { ruleSet } = loadRules({
  rules: task.rules,
  exceptions: task.exceptions,
  onHeldBack: (held) => gatherer.heldBack(held),
});
const detection = detectOffline(ruleSet);
const enrich = task.mmdb.length === 0 ? undefined : await openAddressDatabases(task.mmdb);
await judgeSources(task.sources, task.next, { ruleSet, detection, enrich }, gatherer);
tell({ kind: 'judged', logged: detection.logged() });
parentPort?.on('message', (asked: CountTask) => tell({ kind: 'counted', counts: countTakenParts(ruleSet, asked) }));
