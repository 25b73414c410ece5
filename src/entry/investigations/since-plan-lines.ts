import { plainText, safe, type SafeText } from '../../model/safe-text.ts';
import type { SincePlanView } from '../../views/plan.ts';
import { shortDigest } from '../../model/short-digest.ts';

/** What has been seen since the plan of a case was made, in lines; none where it has no plan. */
export function sincePlanLines(caseId: string, since: SincePlanView | null): readonly SafeText[] {
  if (since === null) return [];
  const named = shortDigest(since.planDigest);
  const seen =
    since.seen === null
      ? safe`nothing new was seen`
      : safe`${since.seen}; \`trailhound investigations show ${plainText(caseId.toUpperCase())} --timeline\` marks them`;
  return [
    safe`since plan ${named}: ${seen}`,
    ...(since.evidenceComing ? [safe`evidence from AWS is still coming, and may change what is proposed`] : []),
  ];
}
