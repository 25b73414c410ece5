/**
 * How a response ended, as people read it: what became of its actions. Whether the case is contained is not for a response to say, for
 * ways in that no action closes may be open, and what it did is watched first.
 */
export function responseEndWords(ended: string): string {
  switch (ended) {
    case 'contained':
      return 'done, every action of it';
    case 'partly-contained':
      return 'done in part: not every action of it';
    default:
      return ended;
  }
}
