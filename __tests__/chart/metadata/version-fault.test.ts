import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { isChartVersion } from '../../../src/chart/metadata/chart-version.ts'
import { strictFault, versionFault } from '../../../src/chart/metadata/version-fault.ts'

test.each([
  [
    '0.0.0-0078127',
    'the pre-release part "0078127" is a number with a leading zero',
    '0.0.0-g0078127'
  ],
  ['1.0.0-rc.01', 'the pre-release part "01" is a number with a leading zero', '1.0.0-rc.g01'],
  ['1.0.0-2024.01.05+b', 'the pre-release part "01" is', '1.0.0-2024.g01.g05+b'],
  ['1.2.3-00', 'the pre-release part "00" is a number with a leading zero', 'remove the zero'],
  ['1.2.3-', 'a pre-release part is empty', '1.2.3-rc.1'],
  ['1.2.3-a..b', 'a pre-release part is empty', '1.2.3-rc.1'],
  ['1.2.3-a_b', 'the pre-release part "a_b" has "_"', 'Write it as 1.2.3-a+b.'],
  ['1.2.3-feature/x', 'the pre-release part "feature/x" has "/"', 'letters, digits and "-"'],
  ['1.2.3-😀', 'the pre-release part "😀" has "😀"', 'letters, digits and "-"'],
  ['1.2.3+', 'a build part is empty', '1.2.3+build.5'],
  ['1.2.3+a+b', 'the build part "a+b" has "+"', 'letters, digits and "-"'],
  ['1.2.3.4', 'it has 4 numbers instead of three', 'Write it as 1.2.3-4.'],
  ['1.2.3.04', 'it has 4 numbers instead of three', 'such as 1.2.3'],
  ['1..3', 'a number is missing between its dots', 'such as 1.2.3'],
  ['1.2.', 'a number is missing between its dots', 'such as 1.2.3'],
  ['1.2.x', 'the part "x" is not a number', 'such as 1.2.3'],
  ['1.2.3rc1', '"-" is missing before "rc1"', 'Write it as 1.2.3-rc1.'],
  ['1.2.3_build.5', 'it has "_", which stands for "+" in tags only', '1.2.3+build.5'],
  ['1,2,3', 'it has ","', 'such as 1.2.3'],
  ['1.2.3 ', 'it has a space', 'Remove the space.'],
  ['V1.2.3', 'it begins with a capital "V"', 'Write a lower-case "v", or leave it out.'],
  ['vv1.2.3', 'it does not begin with a number', 'such as 1.2.3'],
  ['main', 'it does not begin with a number', 'such as 1.2.3'],
  ['', 'it is empty', 'such as 1.2.3'],
  ['18446744073709551616.0.0', 'the number 18446744073709551616 is larger than Helm', 'such as']
])('the version %j is refused, with the part that is wrong', (version, why, fix) => {
  expect(versionFault(version)?.why).toContain(why)
  expect(versionFault(version)?.fix).toContain(fix)
})

test.each(['1', '1.2', 'v1.2.3', '01.2.3', '1.2.3-0a', '1.2.3-0', '1.2.3+007', '2024-01-01'])(
  'the version %s has no fault, since Helm takes it',
  (version) => {
    expect(versionFault(version)).toBeUndefined()
  }
)

test.each([
  ['v1.2.3', 'it begins with "v"'],
  ['1', 'it has only 1 of the three numbers'],
  ['1.2-rc.1', 'it has only 2 of the three numbers'],
  ['1.02.3', 'the number "02" has a leading zero']
])('the version %s is not strict SemVer: %s', (version, why) => {
  expect(strictFault(version)).toBe(why)
})

test('a strict version has no strict fault, nor has a text that is not a version', () => {
  expect(['1.2.3', '1.2.3-rc.1+007', 'latest', '1.2.3-01'].map(strictFault)).toEqual(
    Array.from({ length: 4 }, () => undefined)
  )
})

const nearlyVersion = fc
  .array(fc.constantFrom('0', '1', '02', '.', '-', '+', 'v', 'a', '_', ' ', '/', 'é'), {
    maxLength: 12
  })
  .map((parts) => parts.join(''))

/** The version that a fix spells out; a valid one where it has none. */
function exampleIn(fix = ''): string {
  return (
    /^(?:Write it as|Put a letter before it, as in) (\S+?)(?:, or.*|\.)$/.exec(fix)?.[1] ?? '1.2.3'
  )
}

test('exactly what Helm does not take has a fault, and what a fix spells out is a version', () => {
  fc.assert(
    fc.property(nearlyVersion, (text) => {
      const fault = versionFault(text)
      expect(fault === undefined).toBe(isChartVersion(text))
      expect(isChartVersion(exampleIn(fault?.fix))).toBe(true)
      expect(fault?.why).not.toBe('it is not a version')
    }),
    { numRuns: 3000 }
  )
})
