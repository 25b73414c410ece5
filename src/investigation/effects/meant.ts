import type { AccountId } from '../../model/ids.ts';
import { lastPart } from '../../cloudtrail/identities.ts';
import { accountIn, scalarText, type EffectCall } from './call.ts';

/** Where something is: AWS gives most names once in each region of an account, so that those of another region are others. */
export interface Place {
  readonly accountId: AccountId;
  readonly region: string;
}

export interface Meant extends Place {
  /** Its name there. */
  readonly name: string;
}

/** The thing that a name means, from an account and region: an ARN says of itself where it is, as far as it does. */
export function meant(from: Place, nameOrArn: string): Meant {
  const [, region = '', account = ''] = /^arn:[^:]*:[^:]*:([^:]*):([^:]*):.+$/su.exec(nameOrArn) ?? [];
  return {
    accountId: accountIn(account) ?? from.accountId,
    region: region === '' ? from.region : region,
    name: nameIn(nameOrArn),
  };
}

/** The same by one text: the plain name of what is here, and the ARN of what is elsewhere. */
export function nameFrom(here: Place, nameOrArn: string): string {
  const { accountId, region, name } = meant(here, nameOrArn);
  return accountId === here.accountId && region === here.region ? name : nameOrArn;
}

/** The parameters that say in whose account the thing is that a call names: ECR's, CodeArtifact's, Glue's and Lake Formation's. */
const ownerParameters = ['registryId', 'domainOwner', 'catalogId'] as const;

/** Where the things are that a call names by their names alone: in its own account, unless it says another. */
export function placeMeant({ accountId, region, request }: EffectCall): Place {
  const owner = ownerParameters.map((each) => accountIn(scalarText(request, each) ?? '')).find((each) => each !== null);
  return { accountId: owner ?? accountId, region };
}

/** What a call names by its name alone, as {@link nameFrom} tells it: `repository/NAME` of ECR by a registry's ID. */
export function ownedName(call: EffectCall, resource: string): string {
  const { accountId, region } = placeMeant(call);
  return nameFrom(call, `arn:aws:${call.service}:${region}:${accountId}:${resource}`);
}

/** `NAME` of `arn:aws:states:REGION:ACCOUNT:stateMachine:NAME`, `NAME/ID` of `...:service/NAME/ID`. */
export function nameIn(nameOrArn: string): string {
  const resource = /^arn:[^:]*:[^:]*:[^:]*:[^:]*:(.+)$/su.exec(nameOrArn)?.[1];
  return resource === undefined ? nameOrArn : (/^[^/:]+[/:](.+)$/su.exec(resource)?.[1] ?? lastPart(resource));
}
