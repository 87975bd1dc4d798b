import { TITLE, VERSION } from '../../chart/metadata/annotations.ts'
import type { Environment } from '../../shared/environment.ts'
import { Failure, type Problem } from '../../shared/failure.ts'

/** What `annotations` asks for. */
export interface GivenAnnotations {
  readonly entries: ReadonlyMap<string, string>
  /** Whether source and revision are to be added, as the CI tells them. */
  readonly isAuto: boolean
}

/** Reads `annotations`: `key=value`, one a line, and `auto`. Title and version stay Helm's, which goes by them. */
export function parseAnnotations(lines: readonly string[], problems: Problem[]): GivenAnnotations {
  const entries = new Map<string, string>()
  for (const line of lines.filter((text) => text !== 'auto')) {
    const [, key = '', value = ''] = ANNOTATION.exec(line) ?? []
    const problem = problemWith(line, key, entries)
    if (problem) problems.push(problem)
    else entries.set(key, value)
  }
  return { entries, isAuto: lines.includes('auto') }
}

const ANNOTATION = /^([^\s=]+)\s*=\s*(.*)$/s

function problemWith(
  line: string,
  key: string,
  before: ReadonlyMap<string, string>
): Problem | undefined {
  if (key === '') return noAnnotation(line)
  if (key === TITLE || key === VERSION) return helmsOwn(key)
  return before.has(key) ? twice(key) : undefined
}

function noAnnotation(line: string): Problem {
  const message = `\`annotations\` has the line "${line}", which is no \`key=value\`.`
  return { message, fix: 'Write `key=value`, one a line, or `auto`.' }
}

function helmsOwn(key: string): Problem {
  const message = `\`annotations\` sets "${key}", which is the chart's own name or version.`
  return { message, fix: 'Leave that line out.' }
}

function twice(key: string): Problem {
  return { message: `\`annotations\` sets "${key}" twice.`, fix: 'Set it once.' }
}

/**
 * The annotations to be merged into manifests. Those of `auto` give way to what is written out.
 * @throws Failure usage, for `auto` where neither GitHub nor GitLab tells of the source
 */
export function annotationsFor(
  { entries, isAuto }: GivenAnnotations,
  environment: Environment
): ReadonlyMap<string, string> {
  if (!isAuto) return entries
  const found = sourceIn(environment)
  if (!found) {
    const message = '`annotations` has `auto`, but the environment names no repository and commit.'
    const fix = 'Write `org.opencontainers.image.source=URL` and `….revision=COMMIT` out.'
    throw new Failure('usage', { message, fix })
  }
  return new Map([
    ['org.opencontainers.image.source', found.source],
    ['org.opencontainers.image.revision', found.revision],
    ...entries
  ])
}

function sourceIn(environment: Environment) {
  const { GITHUB_SERVER_URL, GITHUB_REPOSITORY, GITHUB_SHA, CI_PROJECT_URL, CI_COMMIT_SHA } =
    environment
  if (GITHUB_SERVER_URL && GITHUB_REPOSITORY && GITHUB_SHA) {
    return { source: `${GITHUB_SERVER_URL}/${GITHUB_REPOSITORY}`, revision: GITHUB_SHA }
  }
  return CI_PROJECT_URL && CI_COMMIT_SHA
    ? { source: CI_PROJECT_URL, revision: CI_COMMIT_SHA }
    : undefined
}
