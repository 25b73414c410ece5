import { classifyAwsError } from '../../adapters/aws/aws-errors.ts';
import { clockAheadMs } from '../../adapters/aws/clock-offset.ts';
import type { Config } from '../config/config.ts';
import { withExaminingHands } from './examining-hands.ts';
import { findingsOf } from './finding.ts';
import type { ProbeFinding } from '../../views/examination.ts';
import { ownCredentialsRemedy, unreachableRemedy } from './aws-remedies.ts';

const { ok, warning, failed } = findingsOf('clock');

/** AWS refuses signatures from five minutes on; windows of the trail and decisions' times are wrong long before. */
const toleranceMs = 30_000;

/** How far this machine's clock is from AWS's. */
export function probeClock(config: Config): Promise<readonly ProbeFinding[]> {
  return withExaminingHands(config, async ({ aws }) => {
    const subject = 'this machine against AWS';
    let aheadMs: number | null;
    try {
      aheadMs = await clockAheadMs(aws.ownSts());
    } catch (error) {
      const { kind, message } = classifyAwsError(error);
      const remedy = kind === 'invalid-credentials' ? ownCredentialsRemedy : unreachableRemedy(config);
      return [failed('clock', `${kind}: ${message}`, remedy)];
    }
    if (aheadMs === null) return [warning(subject, 'the answer had no Date header', 'check the clock by hand')];
    const seconds = (Math.abs(aheadMs) / 1_000).toFixed(0);
    return Math.abs(aheadMs) <= toleranceMs
      ? [ok(subject, `within ${toleranceMs / 1_000} s`)]
      : [failed(subject, `${seconds} s ${aheadMs > 0 ? 'ahead' : 'behind'}`, 'let a time service (NTP) set the clock')];
  });
}
