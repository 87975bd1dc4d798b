import { describe, expect, test } from '@jest/globals'
import { allowedPart, BASIC_VARIABLES, isOneOf } from '../../src/shared/environment.ts'

describe('a variable is known', () => {
  test.each(['Path', 'PATH', 'SYSTEMROOT', 'SystemRoot', 'Temp'])(
    'on Windows in any case: %s',
    (name) => {
      expect(isOneOf(name, BASIC_VARIABLES, 'win32')).toBe(true)
    }
  )

  test('elsewhere as it is written only', () => {
    expect(isOneOf('PATH', BASIC_VARIABLES, 'linux')).toBe(true)
    expect(isOneOf('Path', BASIC_VARIABLES, 'linux')).toBe(false)
  })

  test('not by a part of its name', () => {
    expect(isOneOf('PATH_TO_SECRET', BASIC_VARIABLES, 'win32')).toBe(false)
  })
})

test('a child on Windows gets PATH under the name that the system has for it, and no secret', () => {
  const environment = { Path: 'C:\\Windows', INPUT_PASSWORD: 'secret', path_to: 'x' }
  expect(allowedPart(environment, (name) => isOneOf(name, BASIC_VARIABLES, 'win32'))).toEqual({
    Path: 'C:\\Windows'
  })
})
