import { realpath } from 'node:fs/promises'
import { isThere } from '../../artifact/archive-file.ts'
import { readCommit } from '../../git/commit.ts'
import { Comparison } from '../../git/comparison.ts'
import type { Difference, DifferenceKind } from '../../git/file-difference.ts'
import { UnreadableRepository } from '../../git/repository-file.ts'
import { findWorkTree, type WorkTree } from '../../git/work-tree.ts'
import type { Environment } from '../../shared/environment.ts'
import { Failure } from '../../shared/failure.ts'
import { eventPayload } from '../../shared/github-event.ts'
import { input } from '../../shared/input-name.ts'
import { type ChartSource, layoutPlace, sourceText } from '../model/chart-source.ts'
import { type UntrustedEvent, untrustedEvent } from './untrusted-event.ts'

export interface CheckoutContext {
  readonly environment: Environment
  readonly signal: AbortSignal
}

/** What comes from a registry was published: no checkout has it. */
type LocalSource = Exclude<ChartSource, { kind: 'registry' }>

function isLocal(chart: ChartSource): chart is LocalSource {
  return chart.kind !== 'registry'
}

/**
 * Prevents that code is published with the secrets of a repository when nobody with write access has accepted it. If
 * the event of the run can come with such code, every file of a chart has to be the one of the commit that GitHub names.
 * Every object from the id of that commit down to the files is hashed, so nothing in the checkout can make
 * other files pass, its `.git` folder included.
 * @throws Failure usage, with the first file that differs
 */
export async function refuseUntrustedCheckout(
  charts: readonly ChartSource[],
  context: CheckoutContext
): Promise<void> {
  const { environment } = context
  const name = environment['GITHUB_EVENT_NAME']
  const payload = await eventPayload(environment, context.signal)
  const event = untrustedEvent(name, { sha: environment['GITHUB_SHA'], payload })
  if (!event) return
  for (const chart of charts.filter(isLocal)) {
    const doubt = await doubtAbout(chart, event, context)
    if (doubt) throw refusal(sourceText(chart), doubt, `\`${name}\` for ${event.origin}`)
  }
}

/** Why the files of a chart are not shown to be those of the trusted commit. */
interface Doubt {
  /** A clause. */
  readonly text: string
  readonly fix?: string
}

/** Undefined when all files are those of the trusted commit. */
async function doubtAbout(
  chart: LocalSource,
  { trustedCommit }: UntrustedEvent,
  { environment, signal }: CheckoutContext
): Promise<Doubt | undefined> {
  if (!trustedCommit) return { text: 'the event names no commit of this repository' }
  try {
    const workTree = await workTreeOf(chart, environment['GITHUB_WORKSPACE'])
    if (!workTree) return { text: 'it is not in a git work tree' }
    const comparison = await Comparison.with(await readCommit(trustedCommit, workTree), signal)
    for (const file of await filesOf(chart)) {
      const path = await comparison.pathTo(file)
      if (path === undefined) return { text: `it is outside of the work tree "${workTree.root}"` }
      for await (const difference of comparison.differences(path))
        return doubtOf(difference, trustedCommit)
    }
    return undefined
  } catch (error) {
    if (!(error instanceof UnreadableRepository)) throw error
    const fix = 'Check out with `fetch-depth: 0` to have the files compared with that commit.'
    return { text: `commit ${trustedCommit} cannot be read: ${error.message}`, fix }
  }
}

/** The repository of the workspace; of the chart only when the workspace has none (`path` of actions/checkout). */
async function workTreeOf(
  chart: LocalSource,
  workspace: string | undefined
): Promise<WorkTree | undefined> {
  const root = workspace && (await realpath(workspace).catch(() => undefined))
  const own = root ? await findWorkTree(root) : undefined
  return own?.root === root
    ? own
    : findWorkTree(chart.kind === 'layout' ? layoutPlace(chart).name : chart.path)
}

/** A layout is taken as a whole: what it holds of other charts counts as well. */
async function filesOf(chart: LocalSource): Promise<readonly string[]> {
  if (chart.kind === 'layout') return [layoutPlace(chart).name]
  const provenance = `${chart.path}.prov`
  const isSigned = chart.kind === 'archive' && (await isThere(provenance))
  return isSigned ? [chart.path, provenance] : [chart.path]
}

function doubtOf({ path, kind }: Difference, commit: string): Doubt {
  const { says, fix } = DIFFERENCES[kind]
  const text = `"${path}" ${says.replace('COMMIT', `commit ${commit.slice(0, 12)}`)}`
  return fix === undefined ? { text } : { text, fix }
}

const DIFFERENCES: Readonly<
  Record<DifferenceKind, { readonly says: string; readonly fix?: string }>
> = {
  changed: { says: 'differs from COMMIT' },
  'line-endings': {
    says: 'differs from COMMIT in its line endings',
    fix: 'Run `git config --global core.autocrlf false` before the checkout.'
  },
  lfs: {
    says: 'is a file in Git LFS, and COMMIT contains only a pointer to it',
    fix: 'Do not store files of the chart in Git LFS.'
  },
  untracked: { says: 'is not in COMMIT' },
  missing: { says: 'of COMMIT is missing' },
  outside: { says: 'is a link that points outside of the work tree' },
  special: { says: 'is neither a file nor a folder' },
  submodule: { says: 'is a submodule, and COMMIT does not contain its files' }
}

function refusal(chart: string, doubt: Doubt, event: string): Failure {
  const message = `The chart "${chart}" is refused: this run has the secrets of the repository and was started by ${event}, but ${doubt.text}. The author of that code would control what is published.`
  const fixes = [
    ...(doubt.fix === undefined ? [] : [doubt.fix]),
    'Publish on `push` or `release`, or check out the commit of the repository itself and add no files.',
    `If the code was reviewed, set ${input('allow-untrusted-checkout', 'true')}.`
  ]
  return new Failure('usage', { message, fix: fixes.join(' ') })
}
