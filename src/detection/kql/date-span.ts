/** All instants that a date text means, in milliseconds: one for a full time, a day for a date, and so on. */
export interface DateSpan {
  readonly firstMs: number;
  readonly lastMs: number;
}

/**
 * Reads a date as Elasticsearch's `strict_date_optional_time` does, smaller parts left out or not, and milliseconds since
 * 1970. `undefined` where it is no date.
 */
export function dateSpan(text: string): DateSpan | undefined {
  if (/^-?\d{5,16}$/.test(text)) return { firstMs: Number(text), lastMs: Number(text) };
  const match =
    /^(\d{4})(?:-(\d{2})(?:-(\d{2})(?:T(\d{2})(?::(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?)?)?)?)?(Z|[+-]\d{2}:?\d{2})?$/.exec(
      text,
    );
  if (match === null) return undefined;
  const [, year = '', month, day, hour, minute, second, fraction, zone = 'Z'] = match;
  const first = Date.parse(
    `${year}-${month ?? '01'}-${day ?? '01'}T${hour ?? '00'}:${minute ?? '00'}:${second ?? '00'}.${(fraction ?? '0').padEnd(3, '0').slice(0, 3)}${zone}`,
  );
  if (Number.isNaN(first)) return undefined;
  return { firstMs: first, lastMs: lastOf(first, [month, day, hour, minute, second, fraction]) };
}

function lastOf(first: number, [month, day, hour, minute, second, fraction]: readonly (string | undefined)[]): number {
  const end = new Date(first);
  if (month === undefined) end.setUTCFullYear(end.getUTCFullYear() + 1);
  else if (day === undefined) end.setUTCMonth(end.getUTCMonth() + 1);
  else if (hour === undefined) end.setUTCDate(end.getUTCDate() + 1);
  else if (minute === undefined) end.setUTCHours(end.getUTCHours() + 1);
  else if (second === undefined) end.setUTCMinutes(end.getUTCMinutes() + 1);
  else if (fraction === undefined) end.setUTCSeconds(end.getUTCSeconds() + 1);
  else return first;
  return end.getTime() - 1;
}
