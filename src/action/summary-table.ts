import type { Publication, Status } from '../publish/model/publication.ts'
import { publicationJson } from '../publish/model/publication-json.ts'
import { countsText, STATUS_WORDS } from '../publish/report/summary-title.ts'
import { sizeText, timeText } from '../shared/format.ts'
import { details, framed, type Markup } from './html.ts'

/** More rows than a screen has are folded, but for those that failed. */
const MOST_OPEN = 25
/** Characters of a name; a registry takes 255 for all of a repository's. */
const LONGEST_NAME = 255
/** `sha256:` and twelve digits, as docker shows them; the whole digest is in the commands. */
const SHOWN_DIGEST = 'sha256:'.length + 12

const FRAME = [
  '<table>\n<tr><th>Chart</th><th>Version</th><th>Target</th><th>Status</th><th>Digest</th><th align="right">Size</th><th align="right">Time</th></tr>',
  '</table>'
] as const

const SIGNS: Readonly<Record<Status, string>> = {
  published: '✅',
  unchanged: '✅',
  skipped: '➖',
  planned: '➖',
  'not-attempted': '➖',
  packaged: '✅',
  failed: '❌'
}
const OTHERS = [
  'published',
  'unchanged',
  'skipped',
  'planned',
  'not-attempted',
  'packaged'
] as const

/** One row for each publication: failed, published, then the others, which are folded when they are many. */
export function publicationTable(
  publications: readonly Publication[],
  markup: Markup,
  limitBytes: number
): readonly string[] {
  const failed = publications.filter(({ status }) => status === 'failed')
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
  if (publications.length <= MOST_OPEN) return [table([...failed, ...others], limitBytes)]
  const title = `<b>${countsText(others, OTHERS)}</b>`
  const open = table(failed, limitBytes / 2)
  return [open, details(title, table(others, limitBytes - Buffer.byteLength(open)), false)]
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
    digest === null ? '' : markup.code(digest.slice(0, SHOWN_DIGEST))
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
