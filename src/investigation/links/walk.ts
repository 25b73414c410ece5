import type { Instant } from '../../model/ids.ts';
import type { IdentityId, IdentityRole } from '../../model/identity.ts';
import type { Link } from '../../model/link.ts';
import { earliestFirst } from '../../model/instant.ts';
import { dayMs, hourMs } from '../../model/duration.ts';
import { isPersonsUse, usesApart } from './directory-passwords.ts';
import { handsOut } from './handed-out.ts';
import { KnownLinks } from './known-links.ts';
import { linksByNode, type InstanceSession, type LinkIndex } from './link-index.ts';
import { instanceIdOfSession, isConsoleSession, kindOf } from './identity-parts.ts';
import { letsIn } from './lets-in.ts';
import { behindRollout, isStackSet, worksForStackSet } from './stack-sets.ts';
import { outsideAccountOf } from './outsiders-let-in.ts';
import { signedSeeds } from './signed-seeds.ts';
import { certifiedSeeds, isOfSameCertificate, isTrustAnchor } from './trust-anchors.ts';
import { TakenLinks } from './taken-links.ts';
import { roleOfDefinition } from '../../cloudtrail/identities.ts';
import type { Seed } from '../../cloudtrail/seed.ts';

/** Something that the walk came to. */
export interface Member {
  readonly id: IdentityId;
  readonly role: IdentityRole;
  /** What it did earlier is not the intruder's. */
  readonly sinceMs: number;
  /** All that it does from then on is the intruder's; else only what is done with a credential that is a member itself. */
  readonly whole: boolean;
}

/** Where the walk stopped, and why: shown with the case. */
export type WalkLimit =
  /** More sessions came of it than one intruder needs: those without alerts are others' work. */
  | { readonly kind: 'crowd'; readonly at: IdentityId; readonly sessions: number }
  /** A session name that several callers use: the one behind this use is not known. */
  | { readonly kind: 'shared-session'; readonly at: IdentityId; readonly makers: number }
  /** A service began sessions with a role before it was handed over too: those after may be of whatever it ran all along. */
  | { readonly kind: 'handed-before'; readonly at: IdentityId; readonly sessions: number }
  /** Who made it is another question than who uses it. */
  | { readonly kind: 'made-by'; readonly at: IdentityId; readonly maker: IdentityId }
  | { readonly kind: 'too-many'; readonly at: IdentityId }
  /** The intruder set the password; by whom of the two some sessions since were used is not on record. */
  | { readonly kind: 'password-known'; readonly at: IdentityId; readonly uses: number }
  /** A person has given it a case of its own. */
  | { readonly kind: 'taken-out'; readonly at: IdentityId };

export interface Walk {
  readonly members: ReadonlyMap<IdentityId, Member>;
  readonly links: readonly Link[];
  readonly limits: readonly WalkLimit[];
}

/** What a compromised credential did up to a day before its first alert counts as the intruder's. */
const walkLookBackMs = dayMs;
/** More sessions than this from one credential are a broker's or a pipeline's. */
const crowdLimit = 20;
/** What runs on an instance acts within this time, where only that ties the two. */
const afterRunningMs = hourMs;
/** A case with more is told to a person rather than followed on. */
const memberLimit = 2000;
const hopLimit = 12;
/** Of a session's credentials, the ends of so many are kept: a function has new ones every hour, and those before are over. */
const endsKept = 50;

/**
 * Walks from the credentials that alerts are about over proved links: back to whoever handed them out, then forwards to what
 * they minted, made, changed and stole. An edge that many use ends the walk, but for what carries alerts itself or was done from
 * the address of an alert's call.
 */
export async function walk(
  seeds: readonly Seed[],
  index: LinkIndex,
  apart: ReadonlySet<IdentityId> = nobody,
): Promise<Walk> {
  const addresses = new Set(seeds.map(({ source }) => source).filter((source) => source !== null));
  const known = new KnownLinks(index, [...addresses]);
  const signed = await certifiedSeeds(await signedSeeds(seeds, known), known);
  async function walkWith(handed: ReadonlySet<IdentityId>): Promise<Walking> {
    const walking = new Walking(signed, index, known, addresses, apart, handed);
    await walking.backwards();
    await walking.forwards();
    return walking;
  }
  const walking = await walkWith(nobody);
  const handed = walking.givenPasswords();
  return (handed.size === 0 ? walking : await walkWith(handed)).result();
}

const nobody: ReadonlySet<IdentityId> = new Set();

class Walking {
  readonly #seeds: readonly Seed[];
  readonly #index: LinkIndex;
  readonly #known: KnownLinks;
  readonly #apart: ReadonlySet<IdentityId>;
  readonly #members = new Map<IdentityId, Member>();
  readonly #taken = new TakenLinks();
  readonly #limits = new Map<string, WalkLimit>();
  /** Where the intruder is known to have called from. */
  readonly #addresses: Set<string>;
  /** Each setting of a user's password by the intruder, by setter and user: the user is looked at anew for it. */
  readonly #passwordsSet = new Set<string>();
  /** People of a directory whom alerts are about since the intruder set their password: what else they do may be their own. */
  readonly #handed: ReadonlySet<IdentityId>;
  /** Where those are at work as ever whose password the intruder set, by what they do in the console. */
  readonly #ownPlaces = new Map<IdentityId, ReadonlySet<string>>();
  /** People whom only a trust that the intruder opened lets in. */
  readonly #strangers = new Set<IdentityId>();
  readonly #fromMs: number;
  /** Whoever was put behind an alert's call already: nobody is asked about twice. */
  readonly #askedAbout = new Set<IdentityId>();

  constructor(
    seeds: readonly Seed[],
    index: LinkIndex,
    known: KnownLinks,
    addresses: ReadonlySet<string>,
    apart: ReadonlySet<IdentityId>,
    handed: ReadonlySet<IdentityId>,
  ) {
    this.#seeds = seeds;
    this.#apart = apart;
    this.#handed = handed;
    this.#index = index;
    this.#known = known;
    this.#addresses = new Set(addresses);
    this.#fromMs = Math.min(...seeds.map(({ at }) => Date.parse(at))) - walkLookBackMs;
    for (const seed of seeds) this.#plant(seed);
  }

  result(): Walk {
    this.#nameSuspects();
    // Who made something is no limit where the walk comes from there.
    const limits = [...this.#limits.values()].filter(
      (each) => each.kind !== 'made-by' || !this.#members.has(each.maker),
    );
    return { members: this.#members, links: this.#taken.links(), limits };
  }

  /** People of a directory whose own credentials the walk began at, all after somebody else of it had set their password. */
  givenPasswords(): ReadonlySet<IdentityId> {
    const steps = this.#taken.steps();
    const settings = steps.filter(({ how, to }) => how === 'set-password' && kindOf(to) === 'person');
    const handed = settings.filter(({ from, to, at }) => {
      const own = this.#seeds.filter(({ principal }) => principal === to);
      const isByThemselves = steps.some((step) => isPersonsUse(step) && step.from === to && step.to === from);
      return own.length > 0 && !isByThemselves && own.every((seed) => Date.parse(seed.at) >= Date.parse(at));
    });
    return new Set(handed.map(({ to }) => to));
  }

  /** Somebody is the suspect, also where each gave access to the other; and it is one of us where it may be one of us. */
  #nameSuspects(): void {
    const suspects = [...this.#members.values()].filter(({ role }) => role === 'suspect');
    const own = suspects.filter(({ id }) => !this.#isOutside(id));
    const vouchedFor = this.#vouchedForByPlanted();
    for (const each of suspects) {
      const isStranger = own.length > 0 && !own.includes(each);
      if (isStranger || vouchedFor.has(each.id)) this.#members.set(each.id, { ...each, role: 'outside' });
    }
    if (suspects.length > 0) return;
    const first = this.#seeds.toSorted(earliestFirst)[0];
    for (const id of [first?.identity, first?.credential]) {
      const member = this.#members.get(id ?? '');
      if (member !== undefined) this.#members.set(member.id, { ...member, role: 'suspect' });
    }
  }

  /** Whom a provider vouches for that the intruder made or changed is whomever the intruder likes. */
  #vouchedForByPlanted(): ReadonlySet<IdentityId> {
    const isPlanted = (id: IdentityId): boolean => {
      const role = kindOf(id) === 'provider' ? this.#members.get(id)?.role : undefined;
      return role === 'created' || role === 'changed';
    };
    const planted = this.#taken.steps().flatMap(({ from, via = [] }) => (via.some(isPlanted) ? [from] : []));
    return new Set([...planted, ...this.#strangers]);
  }

  #plant({ principal, identity, credential }: Seed): void {
    if (credential !== null) this.#join({ id: credential, role: 'suspect', sinceMs: this.#fromMs, whole: true });
    for (const id of new Set([principal, identity])) {
      if (this.#handed.has(id)) continue;
      const whole = isWholeWhenSuspect(id) || (credential === null && kindOf(id) === 'session');
      this.#join({ id, role: isTrustAnchor(id) ? 'outside' : 'suspect', sinceMs: this.#fromMs, whole });
    }
  }

  /** @returns true where this says more than was known. */
  #join(member: Member): boolean {
    if (this.#apart.has(member.id)) {
      this.#limits.set(`taken-out ${member.id}`, { kind: 'taken-out', at: member.id });
      return false;
    }
    const known = this.#members.get(member.id);
    if (known === undefined) {
      if (this.#members.size >= memberLimit) {
        this.#limits.set('too-many', { kind: 'too-many', at: member.id });
        return false;
      }
      this.#members.set(member.id, member);
      return true;
    }
    const whole = known.whole || member.whole;
    const sinceMs = Math.min(known.sinceMs, member.sinceMs);
    const role = graverRole(known.role, member.role);
    if (whole === known.whole && sinceMs === known.sinceMs && role === known.role) return false;
    this.#members.set(member.id, { id: known.id, role, sinceMs, whole });
    return true;
  }

  /** To whoever handed out what the alerts' calls were made with. */
  async backwards(): Promise<void> {
    let nodes = this.#seeds.map(({ credential, identity, at, source }) => ({ credential, identity, at, source }));
    for (let hop = 0; hop < hopLimit && nodes.length > 0; hop += 1) {
      const next: typeof nodes = [];
      for (const node of nodes) {
        for (const link of await this.#handingOut(node)) {
          if (!(await this.#follows(link))) continue;
          this.#taken.take(link);
          const maker = link.madeWith ?? null;
          if (this.#askedAbout.has(maker ?? link.from)) continue;
          this.#askedAbout.add(maker ?? link.from);
          this.#putBehind(link);
          next.push({ credential: maker, identity: link.from, at: link.at, source: link.source ?? null });
        }
      }
      nodes = next;
    }
  }

  #putBehind({ from, madeWith, at }: Link): void {
    const sinceMs = Math.min(this.#fromMs, Date.parse(at));
    // A trust anchor hands out whatever many certificates ask for, and is the intruder's only where the case made or changed it.
    const outside = this.#isOutside(from) || isTrustAnchor(from);
    if (madeWith !== undefined && !outside) this.#join({ id: madeWith, role: 'suspect', sinceMs, whole: true });
    this.#join({
      id: from,
      role: outside ? 'outside' : 'suspect',
      sinceMs,
      whole: !outside && isWholeWhenSuspect(from),
    });
  }

  #isOutside(id: IdentityId): boolean {
    return outsideAccountOf({ identity: id }, this.#index) !== undefined;
  }

  /** The links that handed out a credential, or the session where its name leads to one maker. */
  async #handingOut(node: {
    readonly credential: IdentityId | null;
    readonly identity: IdentityId;
    readonly at: Instant;
    readonly source: string | null;
  }): Promise<readonly Link[]> {
    const { credential, identity, at } = node;
    const before = (await this.#known.endingAt(identity, credential)).filter(
      (link) => Date.parse(link.at) <= Date.parse(at),
    );
    const exact = before.filter(({ how, gave }) => handsOut.has(how) && gave !== undefined && gave === credential);
    const person = before.filter(
      ({ how, to, from }) => how === 'signed-in' && to === identity && kindOf(from) === 'person',
    );
    // Whoever set their password is behind it, not they.
    if (person.some(({ from }) => this.#handed.has(from))) return [];
    if (exact.length > 0) return [...exact, ...person];
    this.#noteMaker(before, credential, identity);
    if (person.length > 0) return person;
    const named = before.filter(({ how, to }) => handsOut.has(how) && to === identity);
    const makers = new Set(named.map(({ from, madeWith }) => madeWith ?? from));
    if (makers.size > 1) {
      this.#limits.set(`shared ${identity}`, { kind: 'shared-session', at: identity, makers: makers.size });
      return [];
    }
    return [...named, ...(await this.#ranBefore(node))];
  }

  /** Who made a user or key that is under suspicion: said, not followed. */
  #noteMaker(links: readonly Link[], credential: IdentityId | null, identity: IdentityId): void {
    for (const { how, to, from } of links) {
      if ((how === 'created-user' && to === identity) || (how === 'created-key' && to === credential)) {
        this.#limits.set(`made-by ${to}`, { kind: 'made-by', at: to, maker: from });
      }
    }
  }

  /** Calls that ran something on the instance shortly before, from where its credentials were then used. */
  async #ranBefore(node: { readonly identity: IdentityId; readonly at: Instant; readonly source: string | null }) {
    const instance = instanceIdOfSession(node.identity);
    if (instance === undefined) return [];
    const touching = await this.#known.touching([instance]);
    const ran = touching.filter(
      ({ how, to, at }) =>
        how === 'ran-on-instance' &&
        to === instance &&
        Date.parse(at) <= Date.parse(node.at) &&
        Date.parse(node.at) - Date.parse(at) <= afterRunningMs,
    );
    // From elsewhere, as a command that works at the instance's own address, only where alerts lie on that side too.
    const suspected = await this.#index.suspected(ran.flatMap(({ from, madeWith }) => [from, madeWith ?? from]));
    return ran.filter(
      ({ source, from, madeWith }) =>
        (node.source !== null && source === node.source) || suspected.has(from) || suspected.has(madeWith ?? from),
    );
  }

  /** An edge that many use ends the walk, unless alerts lie on its other side too. */
  async #follows(link: Link): Promise<boolean> {
    if (link.how === 'ran-on-instance' || kindOf(link.from) === 'person' || isTrustAnchor(link.from)) return true;
    const maker = link.madeWith ?? link.from;
    const sessions = await this.#known.sessionsNear(maker, link.at);
    if (sessions <= crowdLimit) return true;
    const suspected = await this.#index.suspected([maker, link.from]);
    if (suspected.size > 0) return true;
    this.#limits.set(`crowd ${maker}`, { kind: 'crowd', at: link.from, sessions });
    return false;
  }

  /** To all that came of them. */
  async forwards(): Promise<void> {
    let frontier = [...this.#members.keys()];
    while (frontier.length > 0) {
      const next = new Set<IdentityId>();
      const byNode = linksByNode(await this.#known.touching(frontier));
      for (const id of frontier) {
        const touching = byNode.get(id) ?? [];
        const member = await this.#asFarAsKnown(id, touching);
        if (member === undefined || member.role === 'outside') continue;
        for (const reached of await this.#besideBySameCertificate(member))
          if (this.#join(reached)) next.add(reached.id);
        for (const link of await this.#withRoles(await this.#leadingOn(member, touching))) {
          this.#taken.take(link);
          if (link.source !== undefined && this.#isOwnCall(link)) this.#addresses.add(link.source);
          const setting = `${link.from} ${link.to}`;
          const isNewPassword = link.how === 'set-password' && !this.#passwordsSet.has(setting);
          if (isNewPassword) this.#passwordsSet.add(setting);
          for (const reached of this.#membersBy(link)) {
            // Whoever was reached before, by a key, is looked at anew: sign-ins are the intruder's as well now.
            if (this.#join(reached) || isNewPassword) next.add(reached.id);
          }
        }
      }
      frontier = [...next];
    }
  }

  /** A session all of whose makers belong to the case belongs to it whole, whichever key it uses. */
  async #asFarAsKnown(id: IdentityId, touching: readonly Link[]): Promise<Member | undefined> {
    const member = this.#members.get(id);
    if (member === undefined || member.whole || kindOf(id) !== 'session' || member.role === 'outside') return member;
    const uses = (await this.#known.usesOf(id)).filter(({ from }) => this.#isGivenPassword(from));
    const makers = [...touching.filter(({ how, to }) => handsOut.has(how) && to === id), ...uses];
    if (!makers.every(({ from, madeWith }) => this.#members.has(madeWith ?? from))) return member;
    const whole = { ...member, whole: true };
    this.#members.set(id, whole);
    return whole;
  }

  /** Somebody of a directory whose password the intruder set, and who was not the intruder's before. */
  #isGivenPassword(id: IdentityId): boolean {
    const member = kindOf(id) === 'person' ? this.#members.get(id) : undefined;
    return member?.role === 'changed' && !member.whole;
  }

  #isOwnCall({ from, madeWith }: Link): boolean {
    return this.#members.has(madeWith ?? from);
  }

  /** Also with a credential that is not known yet, where all that its caller does is the intruder's. */
  #isMembersCall(link: Link): boolean {
    return this.#isOwnCall(link) || this.#members.get(link.from)?.whole === true;
  }

  async #leadingOn(member: Member, touching: readonly Link[]): Promise<readonly Link[]> {
    const inTime = touching.filter(({ at }) => Date.parse(at) >= member.sinceMs);
    const own = inTime.filter(
      (link) =>
        takenBy(member, link) &&
        !this.#isOwnersSignIn(member, link, touching) &&
        this.#ownPlaces.get(member.id)?.has(link.source ?? '') !== true,
    );
    const signedIn = this.#isGivenPassword(member.id) ? await this.#usesOfPerson(member, touching) : [];
    const made = await this.#withoutOwnersSessions(member, own, touching);
    const through = inTime.filter((link) => this.#cameThrough(member, link, touching));
    // Whoever came by it before goes on doing so: a pool that was changed has others' sessions besides.
    const isChangedProvider = kindOf(member.id) === 'provider' && member.role === 'changed';
    const used = kindOf(member.id) === 'instance' ? await this.#usesOf(member) : [];
    return [
      ...(await this.#withoutCrowd(member, made)),
      ...signedIn,
      ...(isChangedProvider ? await this.#withoutCrowd(member, through) : through),
      ...used,
    ];
  }

  async #besideBySameCertificate(member: Member): Promise<readonly Member[]> {
    return (await this.#ofSameCertificate(member)).flatMap((link) => {
      this.#taken.take(link);
      const { role, sinceMs } = member;
      const session: Member = { id: link.to, role, sinceMs, whole: false };
      return link.gave === undefined ? [session] : [session, { id: link.gave, role, sinceMs, whole: true }];
    });
  }

  /** What else the certificate was shown for that began a session of the case, from where its anchor is known to have handed that out. */
  async #ofSameCertificate({ id, sinceMs }: Member): Promise<readonly Link[]> {
    if (kindOf(id) !== 'session') return [];
    const anchors = this.#taken.stepsTo(id).flatMap(({ from }) => (isTrustAnchor(from) ? [from] : []));
    if (anchors.length === 0) return [];
    return (await this.#known.touching(anchors)).filter(
      (link) => anchors.includes(link.from) && isOfSameCertificate(link, id) && Date.parse(link.at) >= sinceMs,
    );
  }

  /**
   * The owner of a key that was stolen, or made beside, goes on signing in with a password, from where the intruder never called; and so
   * does one whose password the intruder set, until then and after somebody else has set it again.
   */
  #isOwnersSignIn({ id, role, whole }: Member, link: Link, touching: readonly Link[]): boolean {
    const { how, madeWith, source } = link;
    const bySignInAlone = how === 'signed-in' && madeWith === undefined;
    const hasOwnPassword =
      role === 'suspect' || (role === 'changed' && this.#passwordAt(id, link.at, touching) !== 'intruder');
    return bySignInAlone && hasOwnPassword && !whole && source !== undefined && !this.#addresses.has(source);
  }

  /** Whose a user's password is at a time: whoever set it last has it. */
  #passwordAt(id: IdentityId, at: Instant, touching: readonly Link[]): 'intruder' | 'another' | 'owner' {
    const settings = touching.filter(
      (each) =>
        each.how === 'set-password' &&
        each.to === id &&
        Date.parse(each.at) <= Date.parse(at) &&
        // Whoever changes a password of their own in the console had it before.
        (each.from !== id || each.madeWith === undefined || kindOf(each.madeWith) === 'access-key'),
    );
    const last = settings.toSorted(earliestFirst).at(-1);
    if (last === undefined) return 'owner';
    return this.#isOwnCall(last) ? 'intruder' : 'another';
  }

  /** What the intruder did as somebody of a directory whose password they had set: each by its key, for the session's name is the person's too. */
  async #usesOfPerson({ id, sinceMs }: Member, touching: readonly Link[]): Promise<readonly Link[]> {
    const uses = await this.#known.usesOf(id);
    const suspected = await this.#index.suspected(uses.flatMap(({ madeWith }) => madeWith ?? []));
    const { theirs, untold, places } = usesApart(uses, {
      sinceMs,
      addresses: this.#addresses,
      suspected,
      isTheirs: ({ at }) => this.#passwordAt(id, at, touching) === 'intruder',
    });
    if (untold.length > 0)
      this.#limits.set(`password-known ${id}`, { kind: 'password-known', at: id, uses: untold.length });
    return theirs.map((use) => {
      const { madeWith = use.to } = use;
      if (isConsoleSession(madeWith)) this.#ownPlaces.set(madeWith, places);
      return { ...use, gave: madeWith };
    });
  }

  /** What a user did in the console once somebody else had set the password that the intruder had set before, and the user signed in again. */
  async #withoutOwnersSessions(
    { id }: Member,
    made: readonly Link[],
    touching: readonly Link[],
  ): Promise<readonly Link[]> {
    if (!isConsoleSession(id) || made.length === 0) return made;
    const signIns = touching.filter(({ how, to }) => how === 'signed-in' && to === id).toSorted(earliestFirst);
    const owner = signIns[0]?.from;
    if (owner === undefined) return made;
    const ofOwner = await this.#known.touching([owner]);
    return made.filter((link) => {
      const signIn = signIns.findLast(({ at }) => Date.parse(at) <= Date.parse(link.at));
      if (signIn === undefined || link.source === undefined || this.#addresses.has(link.source)) return true;
      const isFromElsewhere = signIn.source !== undefined && !this.#addresses.has(signIn.source);
      return !isFromElsewhere || this.#passwordAt(owner, signIn.at, ofOwner) !== 'another';
    });
  }

  /** Sessions of a role that the intruder made, or opened to whoever then came in; callers that a planted provider vouched for. */
  #cameThrough({ id, role }: Member, link: Link, touching: readonly Link[]): boolean {
    const kind = kindOf(id);
    const isTrust = kind === 'provider' || kind === 'role';
    if (!isTrust || link.how !== 'assumed-role' || !(link.via?.includes(id) ?? link.from === id)) return false;
    if (kind === 'provider' || role === 'created') return true;
    const trusts = this.#trustsOf(id).filter(
      (trust) => Date.parse(trust.at) <= Date.parse(link.at) && letsIn(trust, link),
    );
    // Whoever came in by the role before it was opened goes on doing so: a pipeline that was trusted all along.
    const isLetIn = trusts.some(
      (trust) =>
        !touching.some(
          ({ how, from, at }) => how === 'assumed-role' && from === link.from && Date.parse(at) < Date.parse(trust.at),
        ),
    );
    if (isLetIn && kindOf(link.from) === 'person') this.#strangers.add(link.from);
    return isLetIn;
  }

  /** A task that was run by a definition has the role that the definition names, whoever registered it. */
  async #withRoles(links: readonly Link[]): Promise<readonly Link[]> {
    const named = links.map(async (link): Promise<readonly Link[]> => {
      const task = taskOfDefinition(link);
      if (isStackSet(link.to)) return this.#doneFor(link);
      if (task === undefined) return [await this.#withEnds(link), ...(await this.#begunWith(link))];
      const [definition = ''] = link.via ?? [];
      const registered = (await this.#known.touching([definition])).find(
        ({ how, to }) => how === 'passed-role' && kindOf(to) === 'role',
      );
      return registered === undefined
        ? []
        : [
            await this.#withEnds({
              ...link,
              to: `session${registered.to.slice('role'.length)}/${task}`,
              via: [registered.to],
            }),
          ];
    });
    return (await Promise.all(named)).flat();
  }

  /** What CloudFormation did in member accounts for a stack set shortly after it was written, by the key that it did so with. */
  async #doneFor(handing: Link): Promise<readonly Link[]> {
    const { to: set, how, at: from } = handing;
    const touching = await this.#known.touching([set]);
    const done = touching.filter((link) => {
      const afterMs = Date.parse(link.at) - Date.parse(from);
      if (link.how !== how || link.from !== set || afterMs < 0 || afterMs > afterRunningMs) return false;
      const behind = behindRollout(link, touching);
      return behind.length > 0 && behind.every((each) => this.#isMembersCall(each));
    });
    return done.map(({ to, at, proof, gave }) => ({
      ...handing,
      to,
      at,
      proof: [...handing.proof, ...proof],
      ...(gave === undefined ? {} : { gave }),
    }));
  }

  /**
   * The sessions that a service began with a role after it was handed over: all, where it had begun none before; else those that alerts
   * are about, for the others may be of whatever it ran with that role all along.
   */
  async #begunWith(handing: Link): Promise<readonly Link[]> {
    const { how, to: role, via = [] } = handing;
    if (how !== 'passed-role' || kindOf(role) !== 'role' || via.length < 2) return [];
    const begun = (await this.#known.touching([role])).filter((link) => link.how === how && via.includes(link.from));
    const later = begun.filter(({ at }) => Date.parse(at) >= Date.parse(handing.at));
    const ours = later.length === begun.length ? later : await this.#suspectedOf(later);
    if (ours.length < later.length) {
      const sessions = later.length - ours.length;
      this.#limits.set(`handed-before ${role}`, { kind: 'handed-before', at: role, sessions });
    }
    return ours.map(({ to, at, proof, gave, ends, strength }) => ({
      ...handing,
      to,
      at,
      proof: [...handing.proof, ...proof],
      via: [role],
      ...(gave === undefined ? {} : { gave }),
      ...(ends === undefined || strength !== 'proved' ? {} : { ends }),
    }));
  }

  /** Which credentials the service had for a session that it was handed the role for, as its own records say. */
  async #withEnds(link: Link): Promise<Link> {
    if (link.how !== 'passed-role' || kindOf(link.to) !== 'session') return link;
    const begun = (await this.#known.touching([link.to])).filter(
      ({ how, to, from, ends, strength }) =>
        strength === 'proved' &&
        how === 'passed-role' &&
        to === link.to &&
        kindOf(from) === 'service' &&
        ends !== undefined,
    );
    const latest = begun.toSorted((a, b) => Date.parse(b.at) - Date.parse(a.at)).slice(0, endsKept);
    return latest.length === 0
      ? link
      : { ...link, ends: Object.assign({}, ...latest.map(({ ends }) => ends)) as NonNullable<Link['ends']> };
  }

  async #suspectedOf(links: readonly Link[]): Promise<readonly Link[]> {
    const suspected = await this.#index.suspected(links.flatMap(({ to, gave }) => [to, gave ?? to]));
    return links.filter(({ to, gave }) => suspected.has(to) || suspected.has(gave ?? to));
  }

  #trustsOf(id: IdentityId): readonly Link[] {
    return this.#taken.stepsTo(id).filter(({ how }) => how === 'opened-trust');
  }

  async #withoutCrowd(member: Member, made: readonly Link[]): Promise<readonly Link[]> {
    const handed = made.filter(({ how }) => handsOut.has(how));
    const sessions = new Set(handed.map(({ to, gave }) => gave ?? to)).size;
    if (sessions <= crowdLimit) return made;
    const suspected = await this.#index.suspected(handed.flatMap(({ to, gave }) => [to, gave ?? to]));
    const addresses = new Set(
      this.#seeds
        .filter((seed) => seed.credential === member.id || seed.identity === member.id)
        .map(({ source }) => source),
    );
    function isOurs(link: Link): boolean {
      return (
        !handsOut.has(link.how) ||
        suspected.has(link.gave ?? link.to) ||
        (link.source !== undefined && addresses.has(link.source))
      );
    }
    this.#limits.set(`crowd ${member.id}`, { kind: 'crowd', at: member.id, sessions });
    return made.filter(isOurs);
  }

  /** What acted as an instance after the intruder had run something on it: all, where the instance is the intruder's own. */
  async #usesOf(member: Member): Promise<readonly Link[]> {
    const seen = (await this.#index.instanceSessions([member.id])).filter(({ at }) => Date.parse(at) >= member.sinceMs);
    const suspected = await this.#index.suspected(seen.map(({ session }) => session));
    const isStolen = ({ at, source, session }: InstanceSession): boolean =>
      (source !== null && this.#addresses.has(source)) ||
      (suspected.has(session) && Date.parse(at) - member.sinceMs <= afterRunningMs);
    const used = [
      ...(member.role === 'created' ? seen : seen.filter(isStolen)),
      ...this.#handedOnFrom(member),
      ...this.#alertedOn(member),
    ];
    const firsts = [...Map.groupBy(used, ({ session }) => session).values()].flatMap(
      (same) => same.toSorted(earliestFirst)[0] ?? [],
    );
    for (const first of firsts) this.#onlySince(first, member);
    return firsts.map(({ session: to, at, proof }) => ({
      from: member.id,
      to,
      how: 'ran-on-instance',
      strength: 'proved',
      at,
      proof: [proof],
      as: 'used',
    }));
  }

  /** What a session of an instance did before the intruder was on it is the instance's own work, where no alert says otherwise. */
  #onlySince({ session, at }: InstanceSession, on: Member): void {
    const seeds = this.#seeds.filter(({ identity }) => identity === session);
    const keys = [
      ...seeds.map(({ credential }) => credential),
      ...this.#taken
        .steps()
        .filter(({ from }) => from === session)
        .map(({ madeWith }) => madeWith),
    ];
    const sinceMs = Math.min(sinceEntered(on, Date.parse(at)), ...seeds.map((seed) => Date.parse(seed.at)));
    for (const id of new Set([session, ...keys])) {
      const known = this.#members.get(id ?? '');
      if (known !== undefined && known.sinceMs < sinceMs) this.#members.set(known.id, { ...known, sinceMs });
    }
  }

  /** Sessions of an instance that alerts are about soon after it was entered: of an hour in which they were at work before too, only that is known. */
  #alertedOn({ id, sinceMs }: Member): readonly InstanceSession[] {
    const entered = this.#taken.stepsTo(id).find(({ how }) => how === 'ran-on-instance');
    if (entered === undefined) return [];
    return this.#seeds
      .filter(({ identity, at }) => {
        const afterMs = Date.parse(at) - sinceMs;
        return instanceIdOfSession(identity) === id && afterMs >= 0 && afterMs <= afterRunningMs;
      })
      .map(({ identity: session, at, source }) => ({ instance: id, session, at, source, proof: entered.proof[0] }));
  }

  /** Sessions of an instance that gave the case something, from when they did. */
  #handedOnFrom({ id, sinceMs }: Member): readonly InstanceSession[] {
    return this.#taken
      .steps()
      .filter(
        ({ from, at, madeWith }) =>
          madeWith !== undefined && instanceIdOfSession(from) === id && Date.parse(at) >= sinceMs,
      )
      .map(({ from, at, source = null, proof }) => ({ instance: id, session: from, at, source, proof: proof[0] }));
  }

  /** What a step makes members of: its far end, the credential that it handed out, and whose key it is. */
  #membersBy(link: Link): readonly Member[] {
    const { to, how, gave, as = 'used', via = [] } = link;
    const sinceMs = this.#actsFrom(link);
    const members: Member[] = [{ id: to, role: as, sinceMs, whole: this.#isWholeWhenReached(link) }];
    if (gave !== undefined && gave !== to) members.push({ id: gave, role: as, sinceMs, whole: true });
    // Whoever makes a key of its own is not changed by somebody.
    const owners = how === 'created-key' ? via.filter((id) => id !== link.from) : [];
    for (const id of owners) members.push({ id, role: 'changed', sinceMs, whole: false });
    return members;
  }

  /** From when what a step leads to may act for the intruder: who is on an instance has its session before the first call that proves it. */
  #actsFrom({ from, to, how, at }: Link): number {
    const on = how === 'ran-on-instance' && kindOf(to) === 'session' ? this.#members.get(from) : undefined;
    return on === undefined ? Date.parse(at) : sinceEntered(on, Date.parse(at));
  }

  #isWholeWhenReached({ to, how, gave, as }: Link): boolean {
    switch (how) {
      case 'signed-in':
        return gave === undefined || gave === to;
      case 'created-user':
      case 'created-key':
      case 'passed-role':
        if (worksForStackSet(to)) return gave === undefined;
        return as !== 'changed' && kindOf(to) !== 'role';
      case 'assumed-role':
      case 'minted-session':
        // The name of a session may be many callers' name; where the key is known, it is the key that counts.
        return gave === undefined || gave === to;
      case 'ran-on-instance':
        return kindOf(to) === 'session';
      default:
        return false;
    }
  }
}

/** Within the time in which what was run on an instance acts, since it was entered. */
function sinceEntered({ sinceMs }: Member, firstUseMs: number): number {
  return firstUseMs - sinceMs <= afterRunningMs ? Math.min(sinceMs, firstUseMs) : firstUseMs;
}

/** The name of a task whose role only its definition names. */
function taskOfDefinition({ how, to }: Link): string | undefined {
  const [kind, , role, task] = to.split('/');
  return how === 'passed-role' && kind === 'session' && role === encodeURIComponent(roleOfDefinition)
    ? task
    : undefined;
}

/** Whoever was reached by a link plays the part that the link says; of several, what was made is more than what was changed. */
function graverRole(known: IdentityRole, found: IdentityRole): IdentityRole {
  const order: readonly IdentityRole[] = ['created', 'changed', 'used', 'suspect', 'outside'];
  return order.indexOf(found) < order.indexOf(known) ? found : known;
}

/** What a member's own calls led to. */
function takenBy({ id, whole }: Member, { from, madeWith }: Link): boolean {
  // A service begins sessions for whoever handed it the role.
  if (kindOf(id) === 'service') return false;
  return madeWith === id || (from === id && (whole || madeWith === undefined));
}

/** A user's keys are several, and a session's name may be shared; root, people and consoles are one. */
function isWholeWhenSuspect(id: IdentityId): boolean {
  return kindOf(id) === 'root' || kindOf(id) === 'person' || isConsoleSession(id);
}
