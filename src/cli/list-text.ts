import type { ListedStatement, ListedTag, Listing } from '../list/listing.ts'
import { sizeText } from '../shared/format.ts'
import { printable, shorten } from '../shared/printable.ts'
import type { SecretRegistry } from '../shared/secret-registry.ts'

const VERSION_HEAD = [
  'VERSION',
  'CREATED',
  'SIZE',
  'APP VERSION',
  'ATTACHED (NOT VERIFIED)',
  'DIGEST'
]
const TAG_HEAD = ['OTHER TAG', 'POINTS TO', 'DIGEST']
/** Longer than versions are: what is in a column must not move the others out of sight. */
const LONGEST_CELL = 40

interface Row {
  readonly cells: readonly string[]
  /** Lines below it. */
  readonly more: readonly string[]
}

/** The listing as lines that are safe to print: a table of the versions, and one of the other tags. */
export function listingLines(listing: Listing, secrets: SecretRegistry): readonly string[] {
  const { versions, otherTags } = listing
  const tables = [
    { head: VERSION_HEAD, rows: versions.map((one) => versionRow(one, secrets)) },
    { head: TAG_HEAD, rows: otherTags.map((one) => tagRow(one, secrets)) }
  ].filter(({ rows }) => rows.length > 0)
  return tables.flatMap(({ head, rows }, index) => [
    ...(index === 0 ? [] : ['']),
    ...tableLines([{ cells: head, more: [] }, ...rows])
  ])
}

function versionRow(one: ListedTag, secrets: SecretRegistry): Row {
  const { tag, version, created, size, appVersion, digest } = one
  const cells = [
    version ?? tag,
    created,
    size === null ? null : sizeText(size),
    appVersion,
    statementsText(one),
    digest
  ]
  return rowOf(cells, one, secrets)
}

function tagRow(one: ListedTag, secrets: SecretRegistry): Row {
  const { tag, version, digest } = one
  return rowOf([tag, version, digest], one, secrets)
}

function rowOf(cells: readonly (string | null)[], one: ListedTag, secrets: SecretRegistry): Row {
  const last = cells.length - 1
  return {
    cells: cells.map((cell, index) => {
      if (cell === null) return '-'
      // A digest is of use as a whole only, and no secret.
      return index === last ? cell : shorten(printable(secrets.redactPath(cell)), LONGEST_CELL)
    }),
    more: problemLines(one, secrets)
  }
}

/** What is attached, such as `signature, provenance (2), pgp`. */
function statementsText({ signatures }: ListedTag): string | null {
  if (signatures === null) return null
  const counts = new Map<ListedStatement['kind'], number>()
  for (const { kind } of signatures) counts.set(kind, (counts.get(kind) ?? 0) + 1)
  const texts = [...counts].map(([kind, count]) => (count === 1 ? kind : `${kind} (${count})`))
  return texts.length === 0 ? 'none' : texts.join(', ')
}

function problemLines({ problems }: ListedTag, secrets: SecretRegistry): readonly string[] {
  return problems.flatMap(({ code, severity, message, fix }, index) => {
    const line = `  ${severity} ${code}: ${secrets.redact(message)}`
    const isLast = problems[index + 1]?.fix !== fix
    return [line, ...(isLast ? [`    Fix: ${secrets.redact(fix)}`] : [])].map(printable)
  })
}

function tableLines(rows: readonly Row[]): readonly string[] {
  const widths = columnWidths(rows)
  return rows.flatMap(({ cells, more }) => {
    const line = cells.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join('  ')
    return [line.trimEnd(), ...more]
  })
}

function columnWidths(rows: readonly Row[]): readonly number[] {
  const columns = rows[0]?.cells.length ?? 0
  return Array.from({ length: columns }, (_, index) => {
    return Math.max(...rows.map(({ cells }) => cells[index]?.length ?? 0))
  })
}
