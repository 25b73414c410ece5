import type { OperationResult } from '../operation.ts';

/** Tells when everything that was there at the beginning has been read once by LookupEvents. */
export interface UnreadHistory {
  add(eventId: string): void;
  read(result: OperationResult | null): void;
  readonly empty: boolean;
}

export function unreadHistory(): UnreadHistory {
  const unread = new Set<string>();
  return {
    add: (eventId) => void unread.add(eventId),
    read(result) {
      for (const eventId of result?.eventIds ?? []) unread.delete(eventId);
    },
    get empty() {
      return unread.size === 0;
    },
  };
}
