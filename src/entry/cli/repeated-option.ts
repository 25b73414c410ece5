/** For options that may be given several times, once for each value: `--rules a --rules b`. */
export function repeated(value: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), value];
}
