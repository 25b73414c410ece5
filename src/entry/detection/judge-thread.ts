import { parentPort } from 'node:worker_threads';
import { compileRuleSet, type RuleSet } from '../../detection/engine.ts';
import { compileException } from '../../detection/exceptions/exception.ts';
import { withExceptions } from '../../detection/exceptions/with-exceptions.ts';
import { detectOffline } from '../../detection/offline/offline.ts';
import type { CaseFacts } from '../investigate/case-facts.ts';
import { linesOfTakenParts } from './alert-lines.ts';
import { countTakenParts } from './alert-counting.ts';
import { judgeSources, ReportGatherer } from './judge-sources.ts';
import { openNamedDatabases } from './open-enrichment.ts';
import { receivedRule } from './sent-rule.ts';
import type { JudgeTask, ThreadMessage, ThreadOrder } from './thread-messages.ts';

/**
 * A thread of `trailhound detect`: judges the sources that it gets hold of, says what it has kept, and then counts alerts where
 * it is asked to. It lives until it is ended.
 */
let judgedBy: RuleSet | undefined;
let judgedFacts: CaseFacts | undefined;

// What fails here ends the thread, and is told to whoever waits for it.
parentPort?.on('message', (order: ThreadOrder) => void carryOut(order));

async function carryOut(order: ThreadOrder): Promise<void> {
  if (order.kind === 'judge') judgedBy = await judge(order.task);
  else if (order.kind === 'gather') {
    if (judgedFacts === undefined) throw new Error('a thread was asked for events before it had read any');
    const { gatherEvents } = await import('../investigate/wanted-events.ts');
    tell({ kind: 'gathered', gathered: await gatherEvents(order.task, judgedFacts.index) });
  } else if (judgedBy === undefined) throw new Error('a thread was asked for alerts before it had rules');
  else if (order.kind === 'count') tell({ kind: 'counted', counts: countTakenParts(judgedBy, order.task) });
  else {
    for (const lines of linesOfTakenParts(judgedBy, order.task)) tell({ kind: 'lines', lines }, [lines.bytes.buffer]);
    tell({ kind: 'all-lines' });
  }
}

/** What investigates is loaded by whoever investigates: others would wait for it longer than for their rules. */
async function caseFacts(): Promise<CaseFacts> {
  const { CaseFacts: Facts } = await import('../investigate/case-facts.ts');
  return new Facts();
}

async function judge({
  rules,
  exceptions,
  mmdb,
  keepsAbout,
  sources,
  next,
  investigates,
}: JudgeTask): Promise<RuleSet> {
  const gatherer = new ReportGatherer((report) => tell({ kind: 'report', report }));
  const compiled = compileRuleSet(rules.map(receivedRule));
  const compiledExceptions = exceptions.map((statement) => compileException(statement, compiled.fields));
  const ruleSet = withExceptions(compiled, compiledExceptions, (held) => gatherer.heldBack(held));
  const detection = detectOffline(ruleSet, { keepsAbout });
  const enrich = await openNamedDatabases(mmdb);
  const facts = investigates === true ? await caseFacts() : undefined;
  judgedFacts = facts;
  await judgeSources(sources, next, { ruleSet, detection, enrich, facts }, gatherer);
  const logged = detection.logged();
  tell({ kind: 'judged', judged: facts === undefined ? { logged } : { logged, facts: facts.gathered() } });
  return ruleSet;
}

/** @param given memory that goes over to the main thread, and is not copied. */
function tell(message: ThreadMessage, given: readonly ArrayBuffer[] = []): void {
  parentPort?.postMessage(message, given);
}
