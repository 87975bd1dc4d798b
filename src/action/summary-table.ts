import type { Publication, Status } from '../publish/model/publication.ts'
import { publicationJson } from '../publish/model/publication-json.ts'
import { countsText, STATUS_WORDS } from '../publish/report/summary-title.ts'
import { shortDigest, sizeText, timeText } from '../shared/format.ts'
import { details, framed, type Markup } from './html.ts'

/** More rows than a screen has are folded, but for those that failed. */
const MOST_OPEN = 25
/** More rows of what is unchanged would hide what is new. */
const MOST_UNCHANGED = 3
/** Characters of a name; a registry takes 255 for all of a repository's. */
const LONGEST_NAME = 255

const FRAME = [
  '<table>\n<tr><th>Chart</th><th>Version</th><th>Target</th><th>Status</th><th>Digest</th><th align="right">Size</th><th align="right">Time</th></tr>',
  '</table>'
] as const

const SIGNS: Readonly<Record<Status, string>> = {
  published: '✅',
  unchanged: '➖',
  skipped: '➖',
  planned: '➖',
  'not-attempted': '➖',
  packaged: '✅',
  failed: '❌'
}
const OTHERS = ['published', 'skipped', 'planned', 'not-attempted', 'packaged'] as const

/**
 * One row for each publication: failed, published, the others, and last what is unchanged. All but what failed are folded
 * when they are many, what is unchanged when it is more than a few.
 */
export function publicationTable(
  publications: readonly Publication[],
  markup: Markup,
  limitBytes: number
): readonly string[] {
  const failed = publications.filter(({ status }) => status === 'failed')
  const unchanged = publications.filter(({ status }) => status === 'unchanged')
  const others = OTHERS.flatMap((wanted) => {
    return publications.filter(({ status }) => status === wanted)
  })
  const table = (which: readonly Publication[], limit: number) => {
    return framed(
      which.map((publication) => rowOf(publication, markup)),
      FRAME,
      limit
    )
  }
  const folded = (which: readonly Publication[], limit: number) => {
    const title = `<b>${countsText(which, [...OTHERS, 'unchanged'])}</b>`
    return details(title, table(which, limit), false)
  }
  const isMany = failed.length + others.length > MOST_OPEN
  const few = unchanged.length <= MOST_UNCHANGED && !isMany ? unchanged : []
  const open = table(isMany ? failed : [...failed, ...others, ...few], limitBytes / 2)
  const left = limitBytes - Buffer.byteLength(open)
  const rest = isMany ? folded(others, unchanged.length > 0 ? left / 2 : left) : ''
  const last = left - Buffer.byteLength(rest)
  return [open, rest, few.length > 0 ? '' : folded(unchanged, last)]
}

function rowOf(publication: Publication, markup: Markup): string {
  const { chart, name, version, target, status, digest, size } = publicationJson(publication)
  const named = (text: string | null) => {
    return text === null ? '' : markup.code(text, LONGEST_NAME)
  }
  const cells = [
    named(name ?? chart),
    named(version),
    named(target),
    `${SIGNS[status]} ${status === 'failed' ? '<b>failed</b>' : STATUS_WORDS[status]}`,
    digest === null ? '' : markup.code(shortDigest(digest))
  ]
  const numbers = [size === null ? '' : sizeText(size), timeText(publication.seconds)]
  return `<tr>${cells.map(cell).join('')}${numbers.map(numberCell).join('')}</tr>`
}

function cell(html: string): string {
  return `<td>${html}</td>`
}

function numberCell(html: string): string {
  return `<td align="right">${html}</td>`
}
