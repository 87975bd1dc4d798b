// Writes what .github/workflows/publish.yml has of each input and output of the action, from the table of inputs and from
// action.yml. A workflow that is called gives an input that was not set as an empty text, so it repeats the defaults.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import type { InputSpec } from '../src/inputs/table/spec.ts'
import { ACTION_NAMES, specOf } from '../src/inputs/table/table.ts'
import { firstSentence } from './docs.mjs'

type Name = (typeof ACTION_NAMES)[number]

const ROOT = join(import.meta.dirname, '..')
export const SHARED_WORKFLOW = join(ROOT, '.github/workflows/publish.yml')

/** What the workflow does not pass on, and why. */
const LEFT_OUT: Readonly<Partial<Record<Name, string>>> = {
  'allow-untrusted-checkout': 'who reviewed the code is not for a shared workflow to say',
  destination: 'the files of the job are gone when it ends',
  'github-token': 'the token of the job is the default of the action',
  'oci-layout': 'the files of the job are gone when it ends',
  'registry-config': 'no step before it logs in'
}

/** Its file is gone when the job ends. */
const OUTPUT_LEFT_OUT = 'archive'

const IS_GHCR = "startsWith(inputs.registry, 'oci://ghcr.io/')"
const NO_OTHER_LOGIN = "secrets.registry-auth == '' && secrets.identity-token == ''"

/** For ghcr.io the token of the job is enough. One login goes to one host, so no other registry gets it. */
const ELSE_OF_THE_JOB: Readonly<Partial<Record<Name, string>>> = {
  username: `(${IS_GHCR} && ${NO_OTHER_LOGIN} && github.actor) || ''`,
  password: `(${IS_GHCR} && ${NO_OTHER_LOGIN} && github.token) || ''`
}

if (process.argv[1] === import.meta.filename) {
  const text = withSharedInputs(readFileSync(SHARED_WORKFLOW, 'utf8'))
  writeFileSync(SHARED_WORKFLOW, text)
}

/** The workflow with all inputs, secrets and outputs of the action. */
export function withSharedInputs(workflow: string): string {
  const { outputs } = parse(readFileSync(join(ROOT, 'action.yml'), 'utf8'))
  const names = ACTION_NAMES.filter((name) => !(name in LEFT_OUT))
  const outputNames = Object.keys(outputs).filter((name) => name !== OUTPUT_LEFT_OUT)
  const sections: Readonly<Record<string, readonly string[]>> = {
    inputs: names.filter((name) => !isSecret(name)).flatMap(inputLines),
    secrets: names.filter(isSecret).flatMap(secretLines),
    outputs: outputNames.flatMap((name) => outputLines(name, outputs[name].description)),
    'job-outputs': outputNames.map((name) => `${name}: \${{ steps.publish.outputs.${name} }}`),
    with: names.map(withLine)
  }
  return Object.entries(sections).reduce(withSection, workflow)
}

function withSection(workflow: string, [name, lines]: [string, readonly string[]]): string {
  const section = new RegExp(`^( *)# <${name}>\\n.*?^ *# </${name}>\\n`, 'ms')
  if (!section.test(workflow)) throw new Error(`publish.yml has no place for ${name}`)
  return workflow.replace(section, (_, indent: string) =>
    [`# <${name}>`, ...lines, `# </${name}>`].map((line) => `${indent}${line}\n`).join('')
  )
}

function inputLines(name: Name): readonly string[] {
  const spec: InputSpec = specOf(name)
  const type = typeOf(spec)
  const value = type === 'string' ? JSON.stringify(spec.default ?? '') : spec.default
  const default_ = name === 'registry' ? 'required: true' : `default: ${value}`
  return [
    `${name}:`,
    `  description: ${shortDescription(spec.description)}`,
    `  type: ${type}`,
    `  ${default_}`
  ]
}

function secretLines(name: Name): readonly string[] {
  const { description } = specOf(name)
  return [`${name}:`, `  description: ${shortDescription(description)}`, '  required: false']
}

function outputLines(name: string, description: string): readonly string[] {
  return [
    `${name}:`,
    `  description: ${shortDescription([description])}`,
    `  value: \${{ jobs.publish.outputs.${name} }}`
  ]
}

function withLine(name: Name): string {
  const given = `${isSecret(name) ? 'secrets' : 'inputs'}.${name}`
  const else_ = ELSE_OF_THE_JOB[name]
  return `${name}: \${{ ${else_ ? `${given} || ${else_}` : given} }}`
}

function typeOf({ kind }: InputSpec): 'boolean' | 'number' | 'string' {
  if (kind === 'switch') return 'boolean'
  return kind === 'number' ? 'number' : 'string'
}

function isSecret(name: Name): boolean {
  return specOf(name).kind.startsWith('secret')
}

/** The first sentence: docs/inputs.md has the others. */
function shortDescription(lines: readonly string[]): string {
  return JSON.stringify(firstSentence(lines.join(' ').trim().replace(/\s+/g, ' ')))
}
