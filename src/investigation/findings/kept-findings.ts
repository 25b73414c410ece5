import { canonicalDigest } from '../../digest/canonical-digest.ts';
import type { Finding } from '../../model/finding.ts';
import { wellFormed } from '../../model/well-formed.ts';
import type { CaseFinding } from './case-finding.ts';

/** A case's conclusions as they are kept. */
export function keptFindings(findings: readonly CaseFinding[]): readonly Finding[] {
  return findings.map((finding) => {
    const kept = wellFormed(finding);
    return { id: canonicalDigest([kept.kind, kept.sentence]), ...kept };
  });
}
