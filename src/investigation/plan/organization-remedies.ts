import type { JsonObject } from '../../model/json.ts';
import { plainText, safe, type SafeText } from '../../model/safe-text.ts';
import { shellCommand } from '../../model/shell-command.ts';
import type { EffectOf } from '../effects/effect.ts';

export interface OrganizationRemedy {
  /** Names as the log has them. */
  readonly target: JsonObject;
  readonly sentence: SafeText;
}

/** What a person can do about what holds the accounts of an organization together; null where that alone takes nothing back. */
export function organizationRemedy({
  what,
  name,
  target,
}: EffectOf<'organization-changed'>): OrganizationRemedy | null {
  switch (what) {
    case 'policy-detached':
      return target === undefined
        ? null
        : {
            target: { policyId: name, resource: target },
            sentence: safe`Put policy ${plainText(name)} back on ${plainText(target)}: ${shellCommand`aws organizations attach-policy --policy-id ${name} --target-id ${target}`}.`,
          };
    case 'policy-rewritten':
      return {
        target: { policyId: name, what },
        sentence: safe`See that policy ${plainText(name)} says what it said before: ${shellCommand`aws organizations describe-policy --policy-id ${name}`}.`,
      };
    case 'account-moved':
      return {
        target: { resource: name, what, ...(target === undefined ? {} : { to: target }) },
        sentence: safe`Move account ${plainText(name)} back to ${plainText(target ?? 'where it was')}, where other policies hold it: ${shellCommand`aws organizations list-parents --child-id ${name}`}, then aws organizations move-account.`,
      };
    case 'policies-disabled':
      return {
        target: { resource: name, what },
        sentence: safe`Let policies of type ${plainText(name)} hold again: ${shellCommand`aws organizations enable-policy-type --root-id ROOT_ID --policy-type ${name}`}.`,
      };
    case 'service-let-in':
      return {
        target: { resource: name, what },
        sentence: safe`Shut service ${plainText(name)} out of the organization's accounts again, unless it was used before: ${shellCommand`aws organizations disable-aws-service-access --service-principal ${name}`}.`,
      };
    case 'service-shut-out':
      return {
        target: { resource: name, what },
        sentence: safe`Let service ${plainText(name)} work in the organization's accounts again: ${shellCommand`aws organizations enable-aws-service-access --service-principal ${name}`}.`,
      };
    case 'invited':
      return {
        target: { resource: name, what },
        sentence: safe`Cancel the invitation of ${plainText(name)}, or remove it where it was accepted: whatever lets in the whole organization lets it in. ${shellCommand`aws organizations list-handshakes-for-organization`}.`,
      };
    case 'joined':
      return {
        target: { resource: name, what },
        sentence: safe`Take the account out of the organization whose invitation ${plainText(name)} was accepted: its management account may do everything in it. ${shellCommand`aws organizations leave-organization`}.`,
      };
    case 'account-made':
      return {
        target: { resource: name, what },
        sentence: safe`Close the account ${plainText(name)} that was made, and look for what runs in it: ${shellCommand`aws organizations list-create-account-status`}.`,
      };
    // The organization itself has no way to take these back alone.
    case 'left':
    case 'account-closed':
    case 'account-removed':
      return null;
  }
}
