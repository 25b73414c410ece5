import { parentPort, workerData } from 'node:worker_threads';
import { openAddressDatabases } from '../../adapters/files/address-database.ts';
import { detectOffline } from '../../detection/offline.ts';
import { judgeSources, ReportGatherer } from './judge-sources.ts';
import { loadRules } from './load-rules.ts';
import type { ThreadTask } from './thread-messages.ts';

/** A thread of `trailhound detect`: judges the sources that it gets hold of, and reports what is to be kept. */
const task = workerData as ThreadTask;
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- ports between threads have none
const gatherer = new ReportGatherer((report) => parentPort?.postMessage(report));
const { ruleSet } = loadRules({
  rules: task.rules,
  exceptions: task.exceptions,
  onHeldBack: (held) => gatherer.heldBack(held),
});
const detection = detectOffline(ruleSet);
const enrich = task.mmdb.length === 0 ? undefined : await openAddressDatabases(task.mmdb);
await judgeSources(task.sources, task.next, { ruleSet, detection, enrich, sink: gatherer }, gatherer);
