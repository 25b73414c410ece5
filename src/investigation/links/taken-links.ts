import type { IdentityId } from '../../model/identity.ts';
import type { Link } from '../../model/link.ts';
import { listUnder } from '../../model/list-under.ts';
import { eventKey, type EventRef } from '../../model/trail-event.ts';

interface TakenLink {
  readonly earliest: Link;
  readonly proof: Map<string, EventRef>;
}

/** The steps that a walk took, each once. */
export class TakenLinks {
  readonly #byStep = new Map<string, TakenLink>();
  /** Keys of steps by where they lead to: a session of thousands asks for its own. */
  readonly #stepsTo = new Map<IdentityId, string[]>();
  /** When the keys of a step's far end end, as all that prove it say. */
  readonly #ends = new Map<string, NonNullable<Link['ends']>>();

  /** One step that several events prove is one link, as the earliest of them tells it, with the proofs of all. */
  take(link: Link): void {
    const key = `${link.from} ${link.how} ${link.to}`;
    const taken = this.#byStep.get(key);
    if (link.ends !== undefined) this.#ends.set(key, { ...this.#ends.get(key), ...link.ends });
    if (taken === undefined) {
      listUnder(this.#stepsTo, link.to, key);
      this.#byStep.set(key, { earliest: link, proof: new Map(link.proof.map((ref) => [eventKey(ref), ref])) });
      return;
    }
    const { earliest, proof } = taken;
    const isEarlier = Date.parse(link.at) < Date.parse(earliest.at);
    const more = link.proof.filter((ref) => !proof.has(eventKey(ref)));
    if (!isEarlier) {
      for (const ref of more) proof.set(eventKey(ref), ref);
      return;
    }
    const inOrder = [...more, ...proof.values()];
    this.#byStep.set(key, { earliest: link, proof: new Map(inOrder.map((ref) => [eventKey(ref), ref])) });
  }

  /** Each step once, by its earliest proof alone. */
  steps(): readonly Link[] {
    return [...this.#byStep.values()].map(({ earliest }) => earliest);
  }

  /** Those of {@link steps} that lead to one. */
  stepsTo(id: IdentityId): readonly Link[] {
    return (this.#stepsTo.get(id) ?? []).flatMap((key) => this.#byStep.get(key)?.earliest ?? []);
  }

  links(): readonly Link[] {
    return [...this.#byStep].map(([key, { earliest, proof }]) => {
      const [first = earliest.proof[0], ...rest] = proof.values();
      const ends = this.#ends.get(key);
      return { ...earliest, proof: [first, ...rest], ...(ends === undefined ? {} : { ends }) };
    });
  }
}
