import { join } from 'node:path'
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals'
import { workflowLogger } from '../../src/action/logger.ts'
import { SecretRegistry } from '../../src/shared/secret-registry.ts'

const WORKSPACE = '/work/space'
const before = process.env['GITHUB_WORKSPACE']
let written: string

beforeEach(() => {
  process.env['GITHUB_WORKSPACE'] = WORKSPACE
  written = ''
  jest.spyOn(process.stdout, 'write').mockImplementation((text) => {
    written += String(text)
    return true
  })
})

afterEach(() => {
  jest.restoreAllMocks()
  if (before === undefined) delete process.env['GITHUB_WORKSPACE']
  else process.env['GITHUB_WORKSPACE'] = before
})

function warningAt(file: string, line?: number): string {
  const secrets = new SecretRegistry(
    () => undefined,
    () => undefined
  )
  workflowLogger(secrets).warning('odd', { place: { file, line } })
  return written.trim()
}

test('a warning about a line has file and line', () => {
  expect(warningAt(join(WORKSPACE, 'app/values.yaml'), 3)).toBe(
    '::warning file=app/values.yaml,line=3::odd'
  )
})

test('a warning about a file without a known line has only the file', () => {
  expect(warningAt(join(WORKSPACE, 'app/values.yaml'))).toBe('::warning file=app/values.yaml::odd')
})

test('a name of a file cannot begin another property or command', () => {
  expect(warningAt(join(WORKSPACE, 'a,line=1::error::b%0A\n::error::.yaml'))).toBe(
    '::warning file=a%2Cline=1%3A%3Aerror%3A%3Ab%250A\\n%3A%3Aerror%3A%3A.yaml::odd'
  )
})

test('a file outside of the workspace is not given', () => {
  expect(warningAt('/work/other/values.yaml', 3)).toBe('::warning::odd')
})
