import { expect } from '@jest/globals'
import type { WorkflowCommand } from '../runner/commands.ts'
import type { StepResult } from '../runner/step.ts'
import { HOSTILE_TEXTS } from './texts.ts'

/** What the action says to the runner on purpose. */
const OURS = ['add-mask', 'debug', 'endgroup', 'error', 'group', 'notice', 'warning']
const OUTPUTS = [
  'app-version',
  'archive',
  'attestation-digest',
  'attestation-url',
  'chart-digest',
  'config-digest',
  'digest',
  'name',
  'published',
  'ref',
  'ref-digest',
  'results',
  'signature-digest',
  'size',
  'status',
  'subject-name',
  'tag',
  'version'
]
const STATE = ['folder', 'isPost']

/** Characters that do something in a terminal, or hide something, and what begins a command in some CI. */
const ACTING =
  /[[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}\p{Default_Ignorable_Code_Point}]--[\n\ufe0e\ufe0f]]|##[a-z]*\[/giv
const MARKER = /acted\d\d/

/** Expects of a step of the action that hostile texts did nothing in it: every command is one of ours, and says what we say. */
export function expectInertAction(step: StepResult): void {
  const own = step.stdout.replace(/^::add-mask::.*\n/gm, '')
  expectPlain(own + step.stderr)
  expect(commandLines(step.stderr)).toEqual([])
  expect(step.commands.flatMap(faultsOf)).toEqual([])
  expect(commandLines(own)).toHaveLength(
    step.commands.filter(({ name }) => name !== 'add-mask').length
  )
  expectBalanced(step.commands)
  expectInertLog(step)
  expect(OUTPUTS).toEqual(expect.arrayContaining(Object.keys(step.outputs)))
  expect(STATE).toEqual(expect.arrayContaining(Object.keys(step.state)))
  expect(step.outputs['digest'] ?? '').not.toMatch(MARKER)
  expect(Object.values(step.state).join()).not.toMatch(MARKER)
  expect(step.outputs['results'] ?? '').not.toMatch(ACTING)
}

/** Expects the same of the command in a `run:` step, where it says nothing to the runner. */
export function expectInertCommand(step: StepResult): void {
  expectPlain(step.stdout + step.stderr)
  expect(commandLines(step.stdout + step.stderr)).toEqual([])
  expect(step.commands).toEqual([])
  expectInertLog(step)
  expect([step.outputs, step.state]).toEqual([{}, {}])
}

/** Expects that every one of the texts is to be seen: a test that shows none of them proves nothing. */
export function expectTold({ stdout, stderr }: StepResult): void {
  const shown = stdout + stderr
  expect(HOSTILE_TEXTS.filter(({ marker }) => !shown.includes(marker))).toEqual([])
}

function commandLines(text: string): readonly string[] {
  return text.split('\n').filter((line) => line.trimStart().startsWith('::'))
}

function expectPlain(text: string): void {
  expect([...text.matchAll(ACTING)].map(([found]) => found)).toEqual([])
}

/** What is wrong with a command that the runner has acted on. */
function faultsOf({ name, data, properties }: WorkflowCommand): readonly string[] {
  const place = [...properties].filter(([key]) => key !== 'file').flat()
  const isForged =
    !OURS.includes(name) ||
    data.trimStart().search(MARKER) === 0 ||
    (name === 'add-mask' && MARKER.test(data)) ||
    place.some((text) => MARKER.test(text)) ||
    data.includes('\n')
  return isForged ? [`${name} ${place.join()} ${data}`] : []
}

function expectBalanced(commands: readonly WorkflowCommand[]): void {
  const marks = commands.map(({ name }) => name).filter((name) => name.endsWith('group'))
  expect(marks.join(' ')).toMatch(/^(?:group endgroup ?)*$/)
}

/** The lines of the log that say what kind they are have it from a command; none is masked. */
function expectInertLog({ log, commands, debug }: StepResult): void {
  const shown = commands.filter(({ name }) => name !== 'add-mask' && (debug || name !== 'debug'))
  const lines = log.split('\n')
  expect(lines.filter((line) => line.startsWith('##['))).toHaveLength(shown.length)
  expect(lines.filter((line) => line.slice(1).includes('##['))).toEqual([])
  const masked = lines.filter((line) => line.includes('***') && line !== '::add-mask::***')
  expect(masked).toEqual([])
}
