/** Of `2026-07-04T09:17:43Z`, as nearly all records have it. */
export const plainTimeLength = 20;

const dash = 0x2d;
const colon = 0x3a;
/** Every month has these days; what lies beyond is read with more care. */
const daysOfAllMonths = 28;

/**
 * The time that a text of {@link plainTimeLength} bytes says, in milliseconds; NaN where it is no such time, or a day that
 * only some months have.
 */
export function plainTimeMs(bytes: Uint8Array, start: number): number {
  const hasMarks =
    bytes[start + 4] === dash &&
    bytes[start + 7] === dash &&
    bytes[start + 10] === 0x54 &&
    bytes[start + 13] === colon &&
    bytes[start + 16] === colon &&
    bytes[start + 19] === 0x5a;
  const century = twoDigits(bytes, start);
  const year = twoDigits(bytes, start + 2);
  const month = twoDigits(bytes, start + 5);
  const day = twoDigits(bytes, start + 8);
  const hour = twoDigits(bytes, start + 11);
  const minute = twoDigits(bytes, start + 14);
  const second = twoDigits(bytes, start + 17);
  const isDate = century >= 19 && century <= 21 && year <= 99 && month >= 1 && month <= 12 && day >= 1;
  const isTime = hour <= 23 && minute <= 59 && second <= 59;
  if (!hasMarks || !isDate || day > daysOfAllMonths || !isTime) return Number.NaN;
  return Date.UTC(century * 100 + year, month - 1, day, hour, minute, second);
}

/** Greater than any two digits where there are none. */
function twoDigits(bytes: Uint8Array, at: number): number {
  const tens = (bytes[at] ?? 0) - 0x30;
  const ones = (bytes[at + 1] ?? 0) - 0x30;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : 999;
}
