import { readFileSync } from 'node:fs';

/** Trailhound's version, as package.json has it. */
export function trailhoundVersion(): string {
  return (
    JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { readonly version: string }
  ).version;
}
