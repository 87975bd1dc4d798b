import { DECLARATIONS } from './declaration-cases.ts'
import type { DependencyCase } from './dependency-case.ts'
import { FOLDERS, LINKED, LOCAL } from './local-cases.ts'
import { CLASSIC, REGISTRIES } from './remote-cases.ts'

/** Charts with dependencies of every kind, and their combinations. */
export const DEPENDENCY_CASES: readonly DependencyCase[] = [
  ...[...CLASSIC, ...REGISTRIES, ...DECLARATIONS],
  ...[...LOCAL, ...FOLDERS, ...LINKED]
]
