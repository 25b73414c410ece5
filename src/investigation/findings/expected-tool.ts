import { evidenceOf } from '../evidence/evidence-content.ts';
import { finding, ownActivity, restingOn, type FindingRule } from './finding-rule.ts';

/** On fewer days than this, a tool is no habit. */
const habitDays = 3;

/** The actor used the very tool of the alerts on several days before: it may be expected of them. */
export const expectedTool: FindingRule = (context) => {
  const alerted = evidenceOf(context.evidence, 'alert-events').flatMap(({ content }) => content.events);
  const [first] = alerted;
  if (first === undefined) return [];
  const agents = new Set(alerted.map((event) => event.userAgent).filter((agent) => agent !== undefined));
  const habits = ownActivity(context).filter(({ content }) =>
    content.userAgents.some((agent) => agents.has(agent.value) && agent.days >= habitDays && agent.firstAt < first.at),
  );
  const evidence = restingOn(habits);
  if (evidence === undefined) return [];
  return [
    finding({
      kind: 'expected-tool',
      sentence: `The same client was used with these credentials on at least ${habitDays} days before: it may be expected.`,
      direction: 'benign',
      confidence: 'low',
      evidence,
      techniques: [],
    }),
  ];
};
