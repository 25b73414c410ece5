import { safe } from '../../../model/safe-text.ts';
import type { FindingKind } from '../case-finding.ts';
import { benign, inWords } from '../drawing.ts';

/** Tools that try out attacks, by how they name clients, tags and what they make. Anybody can use them, or the names. */
const tools = /stratus[-_ ]?red[-_ ]?team|pacu|cloudgoat|leonidas|atomic[-_ ]?red[-_ ]?team|caldera/i;

/** The calls carry the names of a tool for authorised tests: ask whether one is running. */
export const attackTest: FindingKind = ({ calls }) => {
  const named = calls.calls.flatMap((event) => {
    const found = [event.userAgent ?? '', ...event.targets]
      .map((each) => tools.exec(each)?.[0])
      .find((each) => each !== undefined);
    return found === undefined ? [] : [{ event, tool: found.toLowerCase() }];
  });
  const names = [...new Set(named.map(({ tool }) => tool))];
  return benign({
    kind: 'probably-benign',
    sentence: safe`The calls name a tool for testing attacks (${inWords(names)}): ask whether a test is running. An intruder may use the tool, or the name, too.`,
    confidence: 'low',
    techniques: [],
    facts: { because: 'attack-test', tools: names },
    events: named.map(({ event }) => event),
  });
};
