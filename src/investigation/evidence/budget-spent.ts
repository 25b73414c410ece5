import { counted } from '../../model/counted.ts';

/** What evidence says of what was left out because its look's budget of requests was spent. */
export function budgetSpent(what: string, budget: number): string {
  return `${what} was not asked for the rest: the budget of ${counted(budget, 'request')} for this look was spent.`;
}
