import { describe, expect, test } from '@jest/globals'
import { choiceProblem } from '../../../src/dependencies/rules/choice-problem.ts'
import { chooseVersion } from '../../../src/dependencies/rules/choose-version.ts'

/** The message and the fix for a choice that fails. */
function problemOf(declared: string, versions: readonly string[], locked?: string): string {
  const wanted = { name: 'lib', declared, locked }
  const choice = chooseVersion(
    versions.map((version) => ({ version })),
    wanted
  )
  if (choice.kind === 'chosen') throw new Error('it was chosen')
  const { message, fix } = choiceProblem(choice, {
    wanted,
    repository: 'https://r.example',
    versions
  })
  return `${message} ${fix}`
}

describe('a choice that fails says what is there', () => {
  test.each<[string, readonly string[], string | undefined, string]>([
    [
      'latest',
      ['1.0.0'],
      undefined,
      'The version of the dependency lib, "latest", is neither a version nor a range. Write a version such as 1.2.3, or a range such as ^1.2.0.'
    ],
    [
      '^2.0.0',
      ['1.1.0', '1.0.0'],
      undefined,
      'https://r.example has no version of lib in the range "^2.0.0"; it has 1.1.0, 1.0.0. Declare a version of lib that exists.'
    ],
    [
      '^2.0.0',
      ['2.0.0-rc.2', '2.0.0-rc.1', '1.0.0'],
      undefined,
      'https://r.example has no version of lib in the range "^2.0.0"; it has 2.0.0-rc.2, 2.0.0-rc.1, 1.0.0. Declare a version of lib that exists.'
    ],
    [
      '^1.0.0',
      ['1.2.0-rc.1', '1.1.0-rc.1'],
      undefined,
      'https://r.example has no version of lib in the range "^1.0.0"; it has 1.2.0-rc.1, 1.1.0-rc.1. To include pre-releases, name one in the range, such as ">=1.2.0-rc.1": 1.2.0-rc.1, 1.1.0-rc.1 would be in it.'
    ],
    [
      '^1.0.0',
      [],
      undefined,
      'https://r.example has no usable version of the chart lib. Check `name` and `repository` of the dependency lib.'
    ],
    [
      '^1.0.0',
      ['1.3.0', '1.2.0'],
      '1.1.0',
      'https://r.example no longer has lib 1.1.0, the locked version; in the range "^1.0.0" it has 1.3.0, 1.2.0. Run `helm dependency update` and commit the lock, or set `dependencies: update`, which ignores the lock.'
    ],
    ['^1.0.0', ['2.0.0'], '1.1.0', 'in the range "^1.0.0" it has none.']
  ])('%s of %j, locked %s', (declared, versions, locked, text) => {
    expect(problemOf(declared, versions, locked)).toContain(text)
  })

  test('but of thousands only five', () => {
    const versions = Array.from({ length: 5000 }, (_, index) => `1.${index}.0`)
    expect(problemOf('^2.0.0', versions)).toContain(
      '1.0.0, 1.1.0, 1.2.0, 1.3.0, 1.4.0 and 4995 more'
    )
  })

  test('and no more of long ones than people write', () => {
    const long = `1.0.0-${'a'.repeat(10_000)}`
    expect(problemOf('x'.repeat(10_000), [long]).length).toBeLessThan(500)
    expect(problemOf('^2.0.0', [long, long, long]).length).toBeLessThan(1000)
  })
})
