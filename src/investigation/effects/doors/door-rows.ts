import { accessDoors } from './access-doors.ts';
import { codeDoors } from './code-doors.ts';
import type { DoorRow } from './door-row.ts';
import { loginDoors } from './login-doors.ts';
import { shareDoors } from './share-doors.ts';

/** All calls that open a door by a row; what more is to be said of a call than a row can say has a reader of its own. */
export const doorRows: readonly DoorRow[] = [...codeDoors, ...loginDoors, ...shareDoors, ...accessDoors];
