import { plainText, type SafeText } from './safe-text.ts';

/** How many characters of a digest are shown, and are enough to name a plan: fewer can be collided with. */
const shownDigestLength = 20;

/** `sha256:` left out, cut short. */
export function shortDigest(digest: string): SafeText {
  return plainText(digest.replace('sha256:', '').slice(0, shownDigestLength));
}
