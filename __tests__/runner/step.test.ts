import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, test } from '@jest/globals'
import { cancel, SIGINT_MS, SIGTERM_MS } from '../support/runner/cancellation.ts'
import { inputVariables } from '../support/runner/inputs.ts'
import { Job } from '../support/runner/job.ts'
import { runStep, type StepOptions } from '../support/runner/step.ts'
import { useWorkspace } from '../support/workspace.ts'

const workspace = useWorkspace()

/** Runs a script as a step. */
function step(script: string, options: Partial<StepOptions> = {}) {
  return runStep(workspace, [process.execPath, '-e', script], { job: new Job(), ...options })
}

/** A script that adds a text to the file of a variable. */
function append(variable: string, text: string): string {
  return `require('fs').appendFileSync(process.env.${variable}, ${JSON.stringify(text)});`
}

test('Handler: inputs are there with their hyphens, defaults applied, empty without one', () => {
  expect(inputVariables({ 'plain-http': 'true' })).toMatchObject({
    'INPUT_PLAIN-HTTP': 'true',
    'INPUT_IF-EXISTS': 'fail',
    INPUT_CHART: '.',
    INPUT_PASSWORD: ''
  })
})

test('OutputManager: both streams are read for commands', async () => {
  const script = `process.stdout.write('::set-output name=a::1\\n'); process.stderr.write('x\\r::set-output name=b::2')`
  const result = await step(script)
  expect(result.outputs).toEqual({ a: '1', b: '2' })
  expect(result.log).toBe('x')
})

test('FileCommandManager: outputs, state, summary and artifacts are taken behind the end', async () => {
  const digest = `sha256:${'ab'.repeat(32)}`
  const result = await step(
    append('GITHUB_OUTPUT', 'a=1\nb<<E\n2\nE\n') +
      append('GITHUB_STATE', 's=t\n') +
      append('GITHUB_STEP_SUMMARY', '# title') +
      append('GITHUB_ARTIFACTS', `oci://h/a@${digest}\n`)
  )
  expect(result).toMatchObject({
    outputs: { a: '1', b: '2' },
    state: { s: 't' },
    summary: '# title',
    shownSummary: '# title\n',
    log: 'Captured 1 artifact subject(s) from this step (job total: 1).',
    failed: false
  })
  expect([...result.job.subjects.values()]).toEqual([{ name: 'h/a', digest, kind: 'oci' }])
})

test.each(['GITHUB_OUTPUT', 'GITHUB_STATE', 'GITHUB_ARTIFACTS'])(
  'FileCommandManager: nonsense in %s fails a step that ended well',
  async (variable) => {
    const result = await step(append(variable, 'nonsense'))
    expect([result.code, result.failed]).toEqual([0, true])
    expect(result.annotations[0]?.message).toMatch(/^Unable to process file command/)
  }
)

test('CreateStepSummaryCommand: a summary that is too large is an error that does not fail the step', async () => {
  const script = `require('fs').writeFileSync(process.env.GITHUB_STEP_SUMMARY, 'x'.repeat(${1024 * 1024 + 1}))`
  const result = await step(script)
  expect([result.failed, result.shownSummary]).toEqual([false, ''])
  expect(result.annotations).toMatchObject([{ level: 'error' }])
})

test('NodeScriptActionHandler: any exit code but 0 fails the step', async () => {
  expect(await step('process.exitCode = 3')).toMatchObject({ code: 3, failed: true })
})

test('masks last for the job: the next step is masked, and outputs of jobs are dropped', async () => {
  const job = new Job()
  const first = await step("console.log('::add-mask::secret'); console.log('a secret')", { job })
  expect([first.log, first.masks]).toEqual(['a ***', ['secret']])
  const second = await step(
    `${append('GITHUB_OUTPUT', 'a=secret\nb=open\n')}console.log('secret')`,
    {
      job
    }
  )
  expect(second).toMatchObject({
    log: '***',
    outputs: { a: 'secret', b: 'open' },
    jobOutputs: { b: 'open' }
  })
})

test('with debug logging the step is told so', async () => {
  const result = await step("console.log('::debug::' + process.env.RUNNER_DEBUG)", { debug: true })
  expect(result.log).toBe('##[debug]1')
})

test('ProcessInvoker: the runner waits 7.5 s behind SIGINT and 2.5 s behind SIGTERM', () => {
  expect([SIGINT_MS, SIGTERM_MS]).toEqual([7500, 2500])
})

test.each([
  ['dies of SIGINT', '', ['SIGINT']],
  ['heeds SIGTERM alone', 'SIGINT', ['SIGINT', 'SIGTERM']],
  ['heeds neither', 'SIGINT SIGTERM', ['SIGINT', 'SIGTERM', 'SIGKILL']]
])('ProcessInvoker: a step that %s', async (_, deafTo, signals) => {
  const script = `for (const s of ${JSON.stringify(deafTo.split(' '))}) if (s) process.on(s, () => {}); console.log('up'); setInterval(() => {}, 1000)`
  const child = spawn(process.execPath, ['-e', script])
  await once(child.stdout, 'data')
  const ended = once(child, 'exit')
  expect(await cancel(child, { sigint: 400, sigterm: 400 })).toEqual(signals)
  expect((await ended)[1]).toBe(signals.at(-1))
})
