/** Names of ours are such words; a text with digits, upper case or signs may be a secret, of which nothing is to be guessed. */
const WORD = /^[a-z]+(?:-[a-z]+)*$/
/** Longer than any name of ours, and than what is typed by hand. */
const LONGEST_WORD = 45
/** One slip of the finger in four letters, as git and cobra allow; more would suggest anything. */
const LETTERS_PER_SLIP = 4
const MOST_SLIPS = 3

/** The name among `names` that `text` was most likely meant to be; undefined where nothing is near. */
export function nearest(text: string, names: readonly string[]): string | undefined {
  if (text.length > LONGEST_WORD || !WORD.test(text)) return undefined
  const most = Math.min(MOST_SLIPS, Math.max(1, Math.floor(text.length / LETTERS_PER_SLIP)))
  const near = names
    .map((name) => ({ name, slips: slipsBetween(text, name) }))
    .filter(({ slips }) => slips <= most)
  return near.toSorted((one, other) => one.slips - other.slips)[0]?.name
}

/** How many letters are missing, too many, wrong, or the wrong way round (optimal string alignment). */
export function slipsBetween(one: string, other: string): number {
  const rows: number[][] = [Array.from({ length: other.length + 1 }, (_, index) => index)]
  for (let i = 1; i <= one.length; i++) {
    const row = [i]
    for (let j = 1; j <= other.length; j++) row.push(cell({ one, other, i, j, rows, row }))
    rows.push(row)
  }
  return rows.at(-1)?.at(-1) ?? 0
}

interface Cell {
  readonly one: string
  readonly other: string
  readonly i: number
  readonly j: number
  readonly rows: readonly (readonly number[])[]
  /** The row that is being made. */
  readonly row: readonly number[]
}

function cell({ one, other, i, j, rows, row }: Cell): number {
  const at = (y: number, x: number) => rows[y]?.[x] ?? 0
  const isSame = one[i - 1] === other[j - 1]
  const isSwapped = i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1]
  return Math.min(
    at(i - 1, j) + 1,
    (row[j - 1] ?? 0) + 1,
    at(i - 1, j - 1) + (isSame ? 0 : 1),
    ...(isSwapped ? [at(i - 2, j - 2) + 1] : [])
  )
}
