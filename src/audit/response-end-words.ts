import { counted, forNumber } from '../model/counted.ts';

/**
 * How a response ended, as people read it: what became of its actions. Whether the case is contained is not for a response to say, for
 * ways in that no action closes may be open, and what it did is watched first.
 *
 * @param actions what became of each, as far as it is known when this is told: what was left to a later time is done by then, or is not
 */
export function responseEndWords(ended: string, actions: readonly { readonly outcome: string }[]): string {
  const later = actions.filter(({ outcome }) => outcome === 'later').length;
  switch (ended) {
    case 'contained':
      if (later === 0) return 'done as approved';
      return `done, but for ${counted(later, 'action')} that ${forNumber(later, 'comes', 'come')} later`;
    case 'partly-contained':
      return 'done in part of what was approved';
    case 'undone':
      return 'an earlier response was taken back';
    default:
      return ended;
  }
}
