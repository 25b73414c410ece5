import { addToColumns, candidateAt, copyToColumns, emptyColumns, type CandidateBatch } from './candidate-batch.ts';
import { groupOfText, groupText } from './group-text.ts';
import type { Candidate } from './rule-type.ts';

/**
 * The candidates of one rule, by group, from when they are met until they are settled. It is what an offline run's memory
 * grows with, so a candidate is a place in a few columns, and a group is one text.
 */
export class HeldCandidates {
  readonly #columns = emptyColumns();
  /** By place: the number of the candidate's group. */
  readonly #groups: number[] = [];
  readonly #numbers = new Map<string, number>();

  get size(): number {
    return this.#groups.length;
  }

  add(candidate: Candidate): void {
    this.#toGroup(groupText(candidate.group));
    addToColumns(this.#columns, candidate);
  }

  /** Adds the candidate at a place of a batch. */
  addFrom(batch: CandidateBatch, place: number): void {
    this.#toGroup(batch.groups[place] ?? '');
    copyToColumns(this.#columns, batch, place);
  }

  #toGroup(text: string): void {
    let number = this.#numbers.get(text);
    if (number === undefined) {
      number = this.#numbers.size;
      this.#numbers.set(text, number);
    }
    this.#groups.push(number);
  }

  /** The candidates of each group, as they came; groups in the order of their first candidates. */
  *inGroups(): Generator<readonly Candidate[]> {
    const { ends, places } = this.#placesByGroup();
    let start = 0;
    for (const [text, number] of this.#numbers) {
      const end = ends[number] ?? start;
      const group = groupOfText(text);
      const candidates: Candidate[] = [];
      for (let at = start; at < end; at += 1) candidates.push(candidateAt(this.#columns, places[at] ?? 0, group));
      yield candidates;
      start = end;
    }
  }

  /** All places, group by group, and where in them each group ends. */
  #placesByGroup(): { readonly ends: Uint32Array; readonly places: Uint32Array } {
    const ends = new Uint32Array(this.#numbers.size);
    for (const number of this.#groups) ends[number] = (ends[number] ?? 0) + 1;
    for (let number = 1, before = ends[0] ?? 0; number < ends.length; number += 1) {
      before += ends[number] ?? 0;
      ends[number] = before;
    }
    const nexts = Uint32Array.from(ends, (_, number) => (number === 0 ? 0 : (ends[number - 1] ?? 0)));
    const places = new Uint32Array(this.#groups.length);
    for (const [place, number] of this.#groups.entries()) {
      const next = nexts[number] ?? 0;
      places[next] = place;
      nexts[number] = next + 1;
    }
    return { ends, places };
  }
}
