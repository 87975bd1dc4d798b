import { join } from 'node:path'
import type { SourceLocation } from '../../../shared/failure.ts'
import type { LintedChart, UserFiles } from './lint-finding.ts'
import type { RawFinding } from './raw-findings.ts'

/** A file by its path in the chart. */
interface FileLine {
  readonly path: string
  readonly line?: number | undefined
}

/** Places stand at the beginning; names of files in them have up to 4096 bytes. */
const LONGEST_TEXT = 8192
const YAML_LINE = /yaml: (?:unmarshal errors:\s+)?line (\d+): /
const LOADED = /^cannot load (Chart|values)\.yaml: /
const SUBCHART = /^error unpacking subchart (.+?) in .+?: (cannot load .*)$/s
/** What stands behind the place of a template error, in one line (text/template, ExecError). */
const EXECUTED = /:(\d+):\d+(?=:? executing ")/g
const PARSED = /:(\d+)\): /g
const CALLED = /(?<=error calling \w+:) (?:template: )?/
const SCHEMA = /^values don't meet the specifications of the schema/
/** What helm says about values.schema.json under the name of values.yaml. */
const BROKEN_SCHEMA = /^(?:invalid character |failing loading |unexpected end of JSON)/

/** Words of findings about Chart.yaml, and the key that they are about (helm, lint/rules/chartfile.go). */
const KEYS: readonly (readonly [RegExp, string])[] = [
  [/chart\.metadata\.name|^(?:chart )?name\b/, 'name'],
  [/^apiVersion/, 'apiVersion'],
  [/chart\.metadata\.version|^version\b/, 'version'],
  [/^appVersion\b/, 'appVersion'],
  [/^invalid icon|^icon/, 'icon'],
  [/^invalid source/, 'sources'],
  [/maintainer|^invalid email/, 'maintainers'],
  [/chart\.metadata\.type|^chart type/, 'type'],
  [/dependenc/, 'dependencies']
]

/** Keys that Go's decoder names. */
const NAMED_KEY = /unknown field "(\w+)"|field Metadata\.(\w+) of type/

/**
 * Where a finding is to be fixed: in a file that the user has. Helm numbers the lines of templates where it parses or
 * executes them, and those of Chart.yaml and values.yaml; for YAML that templates gave, it numbers lines of rendered text,
 * which have no place in a file.
 */
export function findingPlace(finding: RawFinding, linted: LintedChart): SourceLocation | undefined {
  const text = finding.lines.join('\n').slice(0, LONGEST_TEXT)
  const file = placeIn(finding, text, linted)
  if (!file) return undefined
  const path = `${finding.subchart}${file.path}`
  if (!linted.files.has(path)) return undefined
  const place = { file: join(linted.chart, path) }
  return file.line === undefined ? place : { ...place, line: file.line }
}

function placeIn(finding: RawFinding, text: string, linted: LintedChart): FileLine | undefined {
  const { place, subchart } = finding
  if (place.startsWith(linted.directory)) return inChartYaml(text, linted.files, subchart)
  switch (place) {
    case '':
      return placeOfLoading(text.replace(/^unable to load chart\s+/, ''), linted, subchart)
    case 'templates/':
      return placeOfLoading(text, linted, subchart) ?? placeOfTemplate(text, linted.files)
    case 'Chart.yaml':
      return inChartYaml(text, linted.files, subchart)
    case 'values.yaml':
      return inValues(text, linted)
    default:
      return { path: place }
  }
}

/** The place of what helm says when it loads a chart, in the words of its loader. */
function placeOfLoading(text: string, linted: LintedChart, subchart: string): FileLine | undefined {
  const [, folder, cause = ''] = SUBCHART.exec(text) ?? []
  const inner = folder === undefined ? undefined : placeOfLoading(cause, linted, subchart)
  if (inner) return { ...inner, path: `charts/${folder}/${inner.path}` }
  const [, name] = LOADED.exec(text) ?? []
  if (name !== undefined) return { path: `${name}.yaml`, line: yamlLine(text) }
  if (SCHEMA.test(text)) return inValues(text.replace(/^.*\n.*\n/, ''), linted)
  return text.startsWith('validation: ') ? inChartYaml(text, linted.files, subchart) : undefined
}

function inChartYaml(text: string, files: UserFiles, subchart: string): FileLine {
  const path = 'Chart.yaml'
  const line = yamlLine(text)
  if (line !== undefined || subchart !== '') return { path, line }
  const [, unknown, mistyped] = NAMED_KEY.exec(text) ?? []
  const key = unknown ?? mistyped ?? KEYS.find(([words]) => words.test(text))?.[1]
  return { path, line: key === undefined ? undefined : files.lineOfKey(key) }
}

/** Values of a run with more files can come from any of them. */
function inValues(text: string, { values }: LintedChart): FileLine | undefined {
  const line = yamlLine(text)
  if (line !== undefined) return { path: 'values.yaml', line }
  if (BROKEN_SCHEMA.test(text)) return { path: 'values.schema.json' }
  return values.length === 0 ? { path: 'values.yaml' } : undefined
}

/** The line of a file that is not a template. */
export function yamlLine(text: string): number | undefined {
  const [, line] = YAML_LINE.exec(text) ?? []
  return line === undefined ? undefined : Number(line)
}

/** The innermost template that the user has, where one includes others. */
function placeOfTemplate(text: string, files: UserFiles): FileLine | undefined {
  const line = text.replace(/\s*\n\s*/g, ' ')
  const parsed = /^parse error at \((.*)$/.exec(line)?.[1]
  if (parsed !== undefined) return templateIn(parsed, PARSED, files)
  const calls = line.replace(/^template: /, '').split(CALLED)
  return calls.map((call) => templateIn(call, EXECUTED, files)).findLast((found) => found)
}

/** A name may have colons and numbers, too: it is the one of a file. Helm puts the chart's name in front. */
function templateIn(text: string, ends: RegExp, files: UserFiles): FileLine | undefined {
  for (const { index, 1: line } of text.matchAll(ends)) {
    const path = text.slice(text.indexOf('/') + 1, index)
    if (files.has(path)) return { path, line: Number(line) }
  }
  return undefined
}
