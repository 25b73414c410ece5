import { buildCode } from './code/build-code.ts';
import { hostedCode } from './code/hosted-code.ts';
import { jobCode } from './code/job-code.ts';
import { machineCode } from './code/machine-code.ts';
import { systemsManagerCode } from './code/systems-manager-code.ts';
import { triggerCode } from './code/trigger-code.ts';
import type { DoorRow } from './door-row.ts';

/**
 * What runs with the rights of a role, besides functions, containers and stacks, whose records say more (names: the services' API models).
 */
export const codeDoors: readonly DoorRow[] = [
  ...systemsManagerCode,
  ...buildCode,
  ...jobCode,
  ...triggerCode,
  ...hostedCode,
  ...machineCode,
];
