import type { JsonObject, JsonValue } from '../model/json.ts';
import { isJsonObject } from './record-fields.ts';

/** What of a definition a task may be started with more or less of, and runs the same code (TaskOverride and ContainerOverride, ECS API reference). */
const amounts: ReadonlySet<string> = new Set([
  'cpu',
  'ephemeralStorage',
  'inferenceAcceleratorOverrides',
  'memory',
  'memoryReservation',
  'resourceRequirements',
]);

/**
 * Whether a task was started with something of the caller's own in its definition: a command, an environment, a role. What nobody has heard
 * of yet, or the record withholds, may be so.
 *
 * @param request of RunTask or StartTask
 */
export function bringsOwnCode({ overrides }: JsonObject): boolean {
  return (
    overrides !== undefined && changes(overrides, (field, value) => field === 'containerOverrides' && !hasOwn(value))
  );
}

/** Whether a container is started with anything but more or less of what it had. */
function hasOwn(containers: JsonValue): boolean {
  return !Array.isArray(containers) || containers.some((each) => changes(each, (field) => field === 'name'));
}

function changes(override: JsonValue, isSpared: (field: string, value: JsonValue) => boolean): boolean {
  if (override === null) return false;
  if (!isJsonObject(override)) return true;
  return Object.entries(override).some(
    ([field, value]) => !amounts.has(field) && !isEmpty(value) && !isSpared(field, value),
  );
}

function isEmpty(value: JsonValue): boolean {
  return value === null || value === '' || (Array.isArray(value) && value.length === 0);
}
