import type { FieldTable, Predicate } from '../fields/event-fields.ts';
import type { EventFilter } from './ast.ts';
import { compileCondition } from './compile-condition.ts';

/** Where EQL looks for an event's category, unless a rule names another field in `event_category_override`. */
export const defaultCategoryField = 'event.category';

/**
 * Compiles `category where condition`. The category field may be an array; `any` takes events without a category too.
 *
 * @throws QuerySyntaxError for a condition that has no meaning.
 */
export function compileEventFilter(filter: EventFilter, categoryField: string, fields: FieldTable): Predicate {
  const condition = compileCondition(filter.condition, fields);
  const { category } = filter;
  if (category === null) return condition;
  const slot = fields.slotOf(categoryField);
  return (event) => event.values(slot).includes(category) && condition(event);
}
