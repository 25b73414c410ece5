import { expect, it } from 'vitest';
import type { OfflineAlert } from '../../src/detection/offline/offline.ts';
import { tableReport } from '../../src/entry/detection/alert-table.ts';
import { styleFor } from '../../src/entry/terminal/terminal-style.ts';
import { fakeRule } from '../detect-live/fake-rules.ts';
import type { AccountId } from '../../src/model/ids.ts';

const ref = { accountId: '111122223333' as AccountId, eventId: 'e', revision: 0 };
const alert: OfflineAlert = {
  about: null,
  rule: {
    ...fakeRule('r'),
    type: 'new_terms',
    name: 'An identity pushed an SSH key to an instance for the first time',
  },
  suppressed: false,
  anchor: ref,
  eventRefs: [ref],
  eventTimeMs: Date.UTC(2026, 0, 2, 3, 4, 5),
  group: [],
  detail: { kind: 'new_terms', values: ['111122223333', 'arn:aws:sts::111122223333:assumed-role/deploy/session-1'] },
};

it.each([80, 100, 120, 160])('a table of alerts fits %i columns and says all of an alert', (width) => {
  const lines = [...tableReport([alert], { ...styleFor({}), width })].join('').trimEnd().split('\n');
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(width);
  expect(lines[1]).toMatch(/^2026-01-02 03:04:05 {2}low {7}An identity/);
  const shown = lines.join('').replaceAll(' ', '');
  for (const part of ['pushed', 'first', 'time', 'deploy']) expect(shown).toContain(part);
  expect(lines[0]?.includes('accounts')).toBe(width >= 100);
});
