import type { Outcome } from '../publish/model/outcome.ts'
import { isHeldBack } from '../publish/report/report.ts'
import { summaryTitle } from '../publish/report/summary-title.ts'
import type { Problem } from '../shared/failure.ts'
import { plural, timeText } from '../shared/format.ts'
import { details, framed, heading, inBlocks, type Markup, paragraph } from './html.ts'
import {
  failureItems,
  type HostFlags,
  problemsHtml,
  pullLines,
  warningItems
} from './summary-items.ts'
import { hasFailed, publicationTable } from './summary-table.ts'

/** The result of a run. */
export interface RunReport extends HostFlags {
  readonly outcomes: readonly Outcome[]
  readonly dryRun: boolean
  /** From the first input to the last answer. */
  readonly seconds: number
}

/**
 * Bytes of each part. Together they stay below the 1 MiB that a step may have (actions/runner,
 * CreateStepSummaryCommand), beyond which it shows nothing at all, with room for the frames.
 */
const LIMITS = { failures: 200_000, table: 450_000, commands: 300_000, warnings: 80_000 }
/** The commands of a few charts are read at a glance. */
const MOST_COMMANDS_OPEN = 3
const NOTHING_PUSHED = 'Nothing is pushed unless every chart is valid.'
const DIV = ['<div>', '</div>'] as const
const PRE = ['<pre>', '</pre>'] as const

/** The job summary of a run, in HTML blocks of Markdown; `markup` makes the texts of others harmless. */
export function summaryOf(report: RunReport, markup: Markup): string {
  const { outcomes, dryRun } = report
  const failures = failureItems(outcomes.filter(hasFailed), markup)
  const warnings = warningItems(outcomes, markup)
  return inBlocks([
    heading(summaryTitle(outcomes, dryRun)),
    paragraph(extentOf(report)),
    outcomes.some(({ publication }) => isHeldBack(publication)) ? paragraph(NOTHING_PUSHED) : '',
    framed(failures, DIV, LIMITS.failures),
    ...publicationTable(outcomes, markup, LIMITS.table),
    commandsOf(report, markup),
    details(plural(warnings.length, 'warning'), framed(warnings, DIV, LIMITS.warnings), false)
  ])
}

/** The job summary of a run that ended before there were results. */
export function summaryOfFailure(problems: readonly Problem[], markup: Markup): string {
  return inBlocks([heading('Publishing failed'), paragraph(problemsHtml(problems, markup))])
}

function extentOf({ outcomes, seconds }: RunReport): string {
  const charts = new Set(outcomes.map(({ publication }) => publication.chart)).size
  const targets = new Set(outcomes.flatMap(({ publication }) => publication.target ?? [])).size
  const places = targets === 0 ? [] : [plural(targets, 'target')]
  return [plural(charts, 'chart'), ...places, timeText(seconds)].join(', ')
}

function commandsOf(report: RunReport, markup: Markup): string {
  const commands = report.outcomes.map((outcome) => pullLines(outcome, report))
  const pieces = commands
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.map((line) => markup.escaped(line)).join('\n'))
  const isOpen = pieces.length <= MOST_COMMANDS_OPEN
  return details('Install or pull by digest', framed(pieces, PRE, LIMITS.commands), isOpen)
}
