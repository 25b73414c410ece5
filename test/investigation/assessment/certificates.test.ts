import { expect, test } from 'vitest';
import { provider, session } from '../../../src/cloudtrail/identities.ts';
import { commandsFor } from '../../../src/investigation/plan/by-hand-commands.ts';
import { remediesOf } from '../../../src/investigation/plan/remedies.ts';
import { wayInWords } from '../../../src/investigation/way-in-words.ts';
import { containment } from '../../../src/investigation/ways-in/containment.ts';
import type { JsonObject } from '../../../src/model/json.ts';
import type { WayIn } from '../../../src/model/way-in.ts';
import { found } from '../archive-of.ts';
import { accountId } from '../trail-records.ts';
import {
  alertsOn,
  assessed,
  call,
  callByAdmin,
  callBySession,
  minute,
  sessionOf,
  sessionsRevoked,
} from './assessed.ts';

const anchor = `arn:aws:rolesanywhere:us-east-1:${accountId}:trust-anchor/a1`;
const roleName = 'backup';
const serial = '4f1c09a2b7d34e5f8a10';
const day = 24 * 60;

const handed = call(-5, 'rolesanywhere', 'CreateSession', {
  userIdentity: { type: 'Unknown', principalId: '', arn: '', accountId, accessKeyId: '', userName: '' },
  requestParameters: { trustAnchorArn: anchor, roleArn: `arn:aws:iam::${accountId}:role/${roleName}` },
  responseElements: {
    credentialSet: [
      {
        assumedRoleUser: { arn: `arn:aws:sts::${accountId}:assumed-role/${roleName}/${serial}` },
        credentials: { accessKeyId: 'ASIAANYWHERE', expiration: '2026-11-24T13:00:00Z' },
        roleArn: `arn:aws:iam::${accountId}:role/${roleName}`,
      },
    ],
  },
});
const used = callBySession(0, { roleName, sessionName: serial, key: 'ASIAANYWHERE' }, 's3', 'ListBuckets');

/** The case of a session for a certificate, days after its end. */
function caseWith(...others: readonly JsonObject[]) {
  return assessed([handed, used, ...others], {
    identities: [
      { ...sessionOf(roleName, serial), role: 'suspect', since: minute(-60) },
      { ...provider(anchor), role: 'outside', since: minute(-60), whole: false },
    ],
    links: [
      {
        from: provider(anchor).id,
        to: session(accountId, roleName, serial).id,
        how: 'assumed-role',
        strength: 'proved',
        at: minute(-5),
        proof: [found(handed).ref],
      },
    ],
    now: minute(5 * day),
    alerts: alertsOn(used),
  });
}

function certificateOf({ waysIn }: { readonly waysIn: readonly WayIn[] }): WayIn {
  const found = waysIn.find(({ what }) => what.kind === 'session' && what.renewedFor === 'certificate');
  if (found === undefined) throw new Error('the certificate is no way in');
  return found;
}

const shutsAnchor = answering('DisableTrustAnchor', 30);

function answering(action: string, minutes: number): JsonObject {
  return callByAdmin(minutes, 'rolesanywhere', action, {
    requestParameters: { trustAnchorId: 'a1' },
    responseElements: { trustAnchor: { trustAnchorArn: anchor, trustAnchorId: 'a1' } },
  });
}

test('a session that an anchor gave ends, and whether the intruder has the certificate for the next is not known', () => {
  const assessment = caseWith();
  expect(certificateOf(assessment).state).toBe('unknown');
  expect(containment(assessment.waysIn).verdict).toBe('partly-contained');
});

test('revoking the sessions of its role closes no certificate, which gets the next one', () => {
  const revoked = callByAdmin(10, 'iam', 'PutRolePolicy', sessionsRevoked(roleName, minute(10)));
  const assessment = caseWith(revoked);
  expect(certificateOf(assessment).state).toBe('unknown');
});

test('it is closed once its anchor is disabled, and again not known once somebody enables that', () => {
  expect(certificateOf(caseWith(shutsAnchor)).state).toBe('closed');
  expect(certificateOf(caseWith(shutsAnchor, answering('EnableTrustAnchor', 60))).state).toBe('unknown');
  // Used since: whatever was disabled, it was not that.
  expect(certificateOf(caseWith(answering('DisableTrustAnchor', -3))).state).toBe('unknown');
});

test('it is closed once its role is deleted', () => {
  const deleted = callByAdmin(30, 'iam', 'DeleteRole', { requestParameters: { roleName } });
  expect(certificateOf(caseWith(deleted)).state).toBe('closed');
});

test.each([
  ['somebody', callByAdmin],
  ['the intruder', call],
])('it is not known again once %s makes a role of that name: a profile names its roles by their names', (_, by) => {
  const deleted = callByAdmin(30, 'iam', 'DeleteRole', { requestParameters: { roleName } });
  const trust = {
    Statement: [{ Effect: 'Allow', Principal: { Service: 'rolesanywhere.amazonaws.com' }, Action: 'sts:*' }],
  };
  const made = by(60, 'iam', 'CreateRole', {
    requestParameters: { roleName, assumeRolePolicyDocument: JSON.stringify(trust) },
    responseElements: {
      role: { roleName, roleId: 'AROAEXAMPLEANEW', arn: `arn:aws:iam::${accountId}:role/${roleName}` },
    },
  });
  expect(certificateOf(caseWith(deleted, made)).state).toBe('unknown');
  const deletedAgain = callByAdmin(90, 'iam', 'DeleteRole', { requestParameters: { roleName } });
  expect(certificateOf(caseWith(deleted, made, deletedAgain)).state).toBe('closed');
});

test('its revocation is told and offered, and not advised, for it may be the owners’ own certificate', () => {
  const assessment = caseWith();
  const certificate = certificateOf(assessment);
  expect(wayInWords(certificate).sentence).toContain(
    `gives sessions of role ${roleName} to whoever has the certificate for which session ${serial} was begun`,
  );
  expect(wayInWords(certificate).remedy).toContain('import the authority');
  expect(commandsFor(certificate.what).join('\n')).toContain(
    `aws rolesanywhere import-crl --name revoked --enabled --trust-anchor-arn ${anchor}`,
  );
  const remedies = remediesOf({ ...assessment, advises: true });
  expect(remedies.find(({ closes }) => closes.includes(certificate.id))).toMatchObject({
    type: 'stopWorkload',
    recommended: false,
  });
});

test('an anchor that the case changed is the way in, and stands for its certificates', () => {
  const changed = call(-20, 'rolesanywhere', 'UpdateTrustAnchor', {
    requestParameters: { trustAnchorId: 'a1' },
    responseElements: { trustAnchor: { trustAnchorArn: anchor, trustAnchorId: 'a1' } },
  });
  const { waysIn } = assessed([changed, handed, used], { more: [sessionOf(roleName, serial)], now: minute(5 * day) });
  expect(waysIn.map(({ what }) => what.kind)).toContain('provider');
  expect(waysIn.some(({ what }) => what.kind === 'session' && what.renewedFor !== undefined)).toBe(false);
});
