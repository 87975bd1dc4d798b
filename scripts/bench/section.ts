import type { Rows } from './table.ts'

/** A table with its title. */
export interface Section {
  readonly title: string
  readonly rows: Rows
}
