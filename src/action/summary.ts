import { isBlocked, type Publication } from '../publish/model/publication.ts'
import { summaryTitle } from '../publish/report/summary-title.ts'
import { fluxLines, type VerifyOptions } from '../publish/report/verify-commands.ts'
import type { Problem } from '../shared/failure.ts'
import { plural, timeText } from '../shared/format.ts'
import { details, framed, heading, inBlocks, type Markup, paragraph } from './html.ts'
import {
  failureItems,
  fewPullLines,
  problemsHtml,
  pullLines,
  verifyLines,
  warningItems
} from './summary-items.ts'
import { publicationTable } from './summary-table.ts'
import { wrapped } from './wrap-command.ts'

/** The result of a run. */
export interface RunReport extends VerifyOptions {
  readonly publications: readonly Publication[]
  readonly dryRun: boolean
  /** From the first input to the last answer. */
  readonly seconds: number
}

/**
 * Bytes of each part. Together they stay below the 1 MiB that a step may have (actions/runner,
 * CreateStepSummaryCommand), beyond which it shows nothing at all, with room for the frames.
 */
const LIMITS = {
  failures: 200_000,
  table: 320_000,
  pull: 300_000,
  verify: 100_000,
  flux: 20_000,
  warnings: 80_000
}
/** The commands of a few charts are read at a glance. */
const MOST_COMMANDS_OPEN = 3
const NOTHING_PUSHED = 'Nothing is pushed unless every chart is valid.'
const DIV = ['<div>', '</div>'] as const
const PRE = ['<pre>', '</pre>'] as const

/** The job summary of a run, in HTML blocks of Markdown; `markup` makes the texts of others harmless. */
export function summaryOf(report: RunReport, markup: Markup): string {
  const { publications, dryRun } = report
  const failures = failureItems(publications, markup)
  const warnings = warningItems(publications, markup)
  return inBlocks([
    heading(summaryTitle(publications, { dryRun, named: (name) => markup.code(name) })),
    paragraph(extentOf(report)),
    publications.some(isBlocked) ? paragraph(NOTHING_PUSHED) : '',
    framed(failures, DIV, LIMITS.failures),
    ...publicationTable(publications, markup, LIMITS.table),
    pullCommands(newest(report), markup),
    commandsOf('Verify', report, { markup, linesOf: verifyLines, limit: LIMITS.verify }),
    commandsOf('Verify with Flux', report, { markup, linesOf: fluxLines, limit: LIMITS.flux }),
    details(plural(warnings.length, 'warning'), framed(warnings, DIV, LIMITS.warnings), false)
  ])
}

/** The job summary of a run that ended before there were results. */
export function summaryOfFailure(problems: readonly Problem[], markup: Markup): string {
  return inBlocks([heading('Publishing failed'), paragraph(problemsHtml(problems, markup))])
}

function extentOf({ publications, seconds }: RunReport): string {
  const charts = new Set(publications.map(({ chart }) => chart)).size
  const targets = new Set(publications.flatMap(({ target }) => target ?? [])).size
  const places = targets === 0 ? [] : [plural(targets, 'target')]
  return [plural(charts, 'chart'), ...places, timeText(seconds)].join(', ')
}

/** Where anything was published, the commands for what existed before would hide those for it. */
function newest(report: RunReport): RunReport {
  const published = report.publications.filter(({ status }) => status === 'published')
  return published.length === 0 ? report : { ...report, publications: published }
}

function pullCommands(report: RunReport, markup: Markup): string {
  const linesOf = report.publications.length > MOST_COMMANDS_OPEN ? fewPullLines : pullLines
  return commandsOf('Install or pull', report, { markup, linesOf, limit: LIMITS.pull })
}

interface CommandsOptions {
  readonly markup: Markup
  readonly limit: number
  readonly linesOf: (publication: Publication, report: RunReport) => readonly string[]
}

function commandsOf(
  title: string,
  report: RunReport,
  { markup, linesOf, limit }: CommandsOptions
): string {
  const commands = report.publications.map((publication) => linesOf(publication, report))
  const pieces = commands
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.flatMap((line) => markup.lines(line, wrapped)).join('\n'))
  const distinct = [...new Set(pieces)]
  const isOpen = distinct.length <= MOST_COMMANDS_OPEN
  return details(title, framed(distinct, PRE, limit), isOpen)
}
