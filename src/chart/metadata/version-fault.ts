import { isChartVersion } from './chart-version.ts'

/** Why Helm does not take a text as a version, as a clause that follows "it" or "the", and what to write. */
interface VersionFault {
  readonly why: string
  readonly fix: string
}

const NUMERIC = /^[0-9]+$/
const LEADING_ZERO = /^0[0-9]+$/
const NOT_IN_PART = /[^0-9A-Za-z-]/u

/** The first thing for which Helm refuses `version`; undefined for a version that it takes. */
export function versionFault(version: string): VersionFault | undefined {
  if (isChartVersion(version)) return undefined
  return (
    faultOfText(version) ??
    faultOfNumbers(version) ??
    faultOfParts(version) ??
    fault('it is not a version')
  )
}

/**
 * What SemVer 2 wants and Helm does without: three numbers, no `v`, no leading zeros. Undefined for a strict version,
 * and for a text that is not a version.
 */
export function strictFault(version: string): string | undefined {
  if (!isChartVersion(version)) return undefined
  if (version.startsWith('v')) return 'it begins with "v"'
  const numbers = numbersOf(version)
  if (numbers.length < 3) return `it has only ${numbers.length} of the three numbers`
  const padded = numbers.find((number) => LEADING_ZERO.test(number))
  return padded && `the number "${padded}" has a leading zero`
}

function faultOfText(version: string): VersionFault | undefined {
  if (version === '') return fault('it is empty')
  if (/\s/.test(version)) return fault('it has a space', 'Remove the space.')
  if (/^V[0-9]/.test(version))
    return fault('it begins with a capital "V"', 'Write a lower-case "v", or leave it out.')
  if (!/^v?[0-9]/.test(version)) return fault('it does not begin with a number')
  return undefined
}

/** The numbers before any `-` or `+`. */
function numbersOf(version: string): readonly string[] {
  const [numbers = ''] = version.replace(/^v/, '').split(/[-+]/, 1)
  return numbers.split('.')
}

function faultOfNumbers(version: string): VersionFault | undefined {
  const numbers = numbersOf(version)
  const odd = numbers.find((number) => !NUMERIC.test(number))
  if (odd === '') return fault('a number is missing between its dots')
  if (odd !== undefined) return faultOfNumber(odd, version)
  if (numbers.length > 3) {
    const example = [numbers.slice(0, 3).join('.'), numbers.slice(3).join('.')].join('-')
    return fault(`it has ${numbers.length} numbers instead of three`, writeAs(example))
  }
  const large = numbers.find((number) => BigInt(number) > 2n ** 64n - 1n)
  return large === undefined ? undefined : fault(`the number ${large} is larger than Helm can read`)
}

/** `1.2.3rc1`, `1.2.3_build.5`, as in a tag, and `1.2.x`. */
function faultOfNumber(number: string, version: string): VersionFault {
  const [, digits = '', rest = ''] = /^([0-9]*)(.*)$/s.exec(number) ?? []
  if (digits === '') return fault(`the part "${number}" is not a number`)
  if (rest.startsWith('_')) {
    return fault(
      'it has "_", which stands for "+" in tags only',
      writeAs(version.replace('_', '+'))
    )
  }
  const isPrerelease = /^[A-Za-z]/.test(rest)
  const example = version.replace(number, `${digits}-${rest}`)
  return isPrerelease
    ? fault(`"-" is missing before "${rest}"`, writeAs(example))
    : fault(`it has "${firstCharacter(rest)}"`)
}

function faultOfParts(version: string): VersionFault | undefined {
  const [, prerelease, build] = /^[^-+]*(?:-([^+]*))?(?:\+(.*))?$/s.exec(version) ?? []
  return (
    oddPart(version, 'pre-release', prerelease) ??
    paddedPart(version, prerelease) ??
    oddPart(version, 'build', build)
  )
}

function oddPart(
  version: string,
  kind: 'pre-release' | 'build',
  text: string | undefined
): VersionFault | undefined {
  const parts = text?.split('.') ?? []
  if (parts.includes('')) return fault(`a ${kind} part is empty`)
  const odd = parts.find((part) => NOT_IN_PART.test(part))
  const character = odd && NOT_IN_PART.exec(odd)?.[0]
  if (character === undefined) return undefined
  // As the tag of a version has it.
  const untagged = version.replace('_', '+')
  const why = `the ${kind} part "${odd}" has "${character}"`
  if (character === '_' && isChartVersion(untagged)) return fault(why, writeAs(untagged))
  return fault(why, 'Use letters, digits and "-" there, separated by ".".')
}

/** Such as a short commit id of digits; SemVer 2.0.0, 9. */
function paddedPart(version: string, prerelease = ''): VersionFault | undefined {
  const parts = prerelease.split('.')
  const padded = parts.find((part) => LEADING_ZERO.test(part))
  if (padded === undefined) return undefined
  const lettered = parts.map((part) => (LEADING_ZERO.test(part) ? `g${part}` : part)).join('.')
  const example = version.replace(`-${prerelease}`, `-${lettered}`)
  const why = `the pre-release part "${padded}" is a number with a leading zero`
  const shown = isChartVersion(example) ? `, as in ${example}` : ''
  return fault(why, `Put a letter before it${shown}, or remove the zero.`)
}

function firstCharacter(text: string): string {
  return [...text][0] ?? ''
}

function writeAs(example: string): string {
  return isChartVersion(example) ? `Write it as ${example}.` : GENERAL_FIX
}

const GENERAL_FIX = 'Use a SemVer 2 version such as 1.2.3, 1.2.3-rc.1 or 1.2.3+build.5.'

function fault(why: string, fix = GENERAL_FIX): VersionFault {
  return { why, fix }
}
