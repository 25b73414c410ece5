/** A quota of requests a second; what is left over is kept up to one second's worth. */
export interface TokenBucket {
  /** Takes one request's token; false where there is none left. */
  take(nowMs: number): boolean;
}

/**
 * Makes a bucket.
 *
 * @param ratePerSecond what AWS grants to the account and region
 * @param neighbourShare the part (0 to 1) that other people and tools of the account spend all the time
 */
export function tokenBucket(ratePerSecond: number, neighbourShare = 0): TokenBucket {
  const capacity = Math.max(1, ratePerSecond);
  const refillPerMs = (ratePerSecond * (1 - neighbourShare)) / 1_000;
  let tokens = capacity;
  let filledAt: number | null = null;
  return {
    take(nowMs) {
      tokens = Math.min(capacity, tokens + Math.max(0, nowMs - (filledAt ?? nowMs)) * refillPerMs);
      filledAt = nowMs;
      // A refill in floating point may lack a hair of a whole token.
      if (tokens < 1 - 1e-9) return false;
      tokens -= 1;
      return true;
    },
  };
}
