import { execFileSync } from 'node:child_process'
import { expect, test } from '@jest/globals'
import { type CommandName, type Step, stepsOf } from '../../scripts/bench/commands.ts'
import { shellScript } from '../../scripts/bench/shell-script.ts'

const PROGRAMS = { node: 'node', cli: 'cli.cjs', before: 'old.cjs', helm: 'helm', oras: 'oras' }
const CHARTS = [
  { name: 'a', folder: '/charts/a' },
  { name: 'b', folder: '/charts/b' }
]
const JOB = { charts: CHARTS, version: '1.0.7', registry: 'reg:5000', path: 'team', ca: 'ca.crt' }
const verbs = (command: CommandName) =>
  stepsOf(command, JOB, PROGRAMS).map((step) =>
    step.filter((word) => /^[a-z]+$/.test(word)).slice(0, 3)
  )

test('ours publishes all charts in one call, with the password in no argument', () => {
  const [step, ...others] = stepsOf('ours', JOB, PROGRAMS)
  expect(others).toEqual([])
  expect(step?.slice(0, 5)).toEqual(['node', 'cli.cjs', 'publish', '/charts/a', '/charts/b'])
  expect(step).toEqual(expect.arrayContaining(['oci://reg:5000/team', '1.0.7', 'ca.crt']))
  expect(step?.join(' ')).not.toContain('password')
  expect(stepsOf('before', JOB, PROGRAMS)[0]?.[1]).toBe('old.cjs')
})

test('helm packages and pushes one chart after the other, to the same place', () => {
  expect(verbs('helm')).toEqual([
    ['helm', 'package'],
    ['helm', 'push', 'ci'],
    ['helm', 'package'],
    ['helm', 'push', 'ci']
  ])
  const [pack, push] = stepsOf('helm', JOB, PROGRAMS)
  expect(pack).toEqual(['helm', 'package', '/charts/a', '--version', '1.0.7'])
  expect(push?.slice(0, 6)).toEqual([
    'helm',
    'push',
    'a-1.0.7.tgz',
    'oci://reg:5000/team',
    '--ca-file',
    'ca.crt'
  ])
})

test('with a login, only the login gets the password', () => {
  const steps = stepsOf('helm-login', JOB, PROGRAMS)
  expect(steps.map(([, ...words]) => words.slice(0, 2).join(' '))).toEqual([
    'registry login',
    'package /charts/a',
    'push a-1.0.7.tgz',
    'package /charts/b',
    'push b-1.0.7.tgz',
    'registry logout'
  ])
  const withPassword = steps.filter((step) => step.includes('--password'))
  expect(withPassword).toEqual([steps[0]])
})

test('oras pushes the archive and the config as Helm types them', () => {
  const step = stepsOf('oras', JOB, PROGRAMS)[1]
  expect(step).toEqual(
    expect.arrayContaining([
      'reg:5000/team/a:1.0.7',
      'a.json:application/vnd.cncf.helm.config.v1+json',
      'a-1.0.7.tgz:application/vnd.cncf.helm.chart.content.v1.tar+gzip'
    ])
  )
})

test('a build to compare with has to be given', () => {
  expect(() => stepsOf('before', JOB, { ...PROGRAMS, before: undefined })).toThrow('--before')
})

test('sh runs the steps with their words unchanged', () => {
  const words = ['pa"ss & <wörd>', "it's", '$HOME `id` \\', '', 'two\nlines', '-e *']
  const steps: readonly Step[] = [
    [process.execPath, '-e', 'console.log(JSON.stringify(process.argv.slice(1)))', '--', ...words]
  ]
  const output = execFileSync('sh', ['-e', '-c', shellScript(steps)], { encoding: 'utf8' })
  expect(JSON.parse(output)).toEqual(words)
})

test('a step that fails ends the script', () => {
  const script = shellScript([['false'], ['echo', 'reached']])
  expect(() => execFileSync('sh', ['-e', '-c', script], { stdio: 'pipe' })).toThrow(
    'Command failed'
  )
})
