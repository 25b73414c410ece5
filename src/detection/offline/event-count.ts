/** `1 event`, `2 events`. */
export function eventCount(count: number): string {
  return `${count} event${count === 1 ? '' : 's'}`;
}
