import { TITLE, VERSION } from '../chart/metadata/config.ts'
import type { GivenAnnotations } from '../publish/model/request.ts'
import type { Problem } from '../shared/failure.ts'
import { input } from '../shared/input-name.ts'

/** Reads `annotations`: `key=value`, one per line, and `auto`. Title and version stay Helm's, which goes by them. */
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
  const message = `${input('annotations')} has the line "${line}", which is not \`key=value\`.`
  return { message, fix: 'Write `key=value` or `auto`, one per line.' }
}

function helmsOwn(key: string): Problem {
  const message = `${input('annotations')} sets "${key}", which is the chart's own name or version.`
  return { message, fix: 'Leave that line out.' }
}

function twice(key: string): Problem {
  return { message: `${input('annotations')} sets "${key}" twice.`, fix: 'Set it once.' }
}
