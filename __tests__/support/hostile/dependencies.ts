import { ARCHIVES } from './archive-attacks.ts'
import type { Attack } from './attack.ts'
import { DECLARATIONS } from './declaration-attacks.ts'
import { INDEXES } from './index-attacks.ts'

/** Dependencies that are to be refused. */
export const ATTACKS: readonly Attack[] = [...INDEXES, ...ARCHIVES, ...DECLARATIONS]
