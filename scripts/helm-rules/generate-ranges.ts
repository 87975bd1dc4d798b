import type { Random } from '../../__tests__/support/charts/random.ts'

const OPERATORS = [
  ...['', '', '', '=', '!=', '>', '<', '>=', '<=', '=>', '=<', '~', '~>', '^'],
  ...['==', '>>', '~=', '^=', '!', '<>', '=!', '~^']
] as const
const BLANKS = ['', '', '', ' ', ' ', '  ', '\t'] as const
const ODD_BLANKS = ['\n', '\r', '\f', '\v', '\u00a0', ' \n '] as const
const PARTS = [
  ...['0', '0', '1', '1', '2', '3', '9', '10', '01', '007'],
  ...['x', 'X', '*', '1x', 'xx', '**', '|', '1|2', '', '-1', 'a', '\u0661'],
  ...['18446744073709551615', '18446744073709551616', '99999999999999999999']
] as const
const PRERELEASES = [
  ...['0', 'rc', 'rc.1', 'rc.2', 'rc.10', 'alpha', 'beta.2', '1', '01', '0a', '-', 'a-b', 'a.-.b'],
  ...['x', '', '.', 'a..b', 'rc.', 'rc_1', '18446744073709551616', '1.x', '0.0.0', '\u00e9']
] as const
const BUILDS = ['b', 'b.1', '001', 'a-b', '', '.', 'a_b', 'x+y'] as const
const JOINTS = [' ', ' ', ',', ', ', ' , ', ' || ', ' || ', '||', ' - ', '  -  '] as const
const ODD_JOINTS = [
  ...[' -', '- ', '', ',,', '|', ' | ', '|||', '\t||\t', ';', ' and ', '\t-\t', '\n', ' -\n ']
] as const
const ODD = [
  'latest',
  '*',
  'x',
  '',
  ' ',
  'v',
  'V1',
  'v1',
  '>',
  '^',
  '@1',
  '1.2.3.4',
  '-',
  '"1"'
] as const

/** A text that is a range more often than not. */
export function randomRange(random: Random): string {
  const count = random.pick([1, 1, 1, 1, 2, 2, 2, 3, 4])
  const comparisons = Array.from({ length: count }, () => comparison(random))
  const joined = comparisons.reduce((text, one) => `${text}${joint(random)}${one}`)
  const padded = `${blank(random)}${joined}${blank(random)}`
  return chance(random, 12) ? mutated(random, padded) : padded
}

function joint(random: Random): string {
  return random.pick(chance(random, 12) ? ODD_JOINTS : JOINTS)
}

function blank(random: Random): string {
  return random.pick(chance(random, 40) ? ODD_BLANKS : BLANKS)
}

function comparison(random: Random): string {
  if (chance(random, 40)) return random.pick(ODD)
  const operator = random.pick(chance(random, 15) ? OPERATORS : OPERATORS.slice(0, 14))
  return `${operator}${blank(random)}${randomVersion(random)}`
}

/** A text that is a version more often than not, of few numbers, so that many of them meet. */
export function randomVersion(random: Random): string {
  const length = chance(random, 30) ? 4 : random.pick([1, 2, 2, 3, 3, 3, 3])
  const parts = Array.from({ length }, () => part(random)).join('.')
  const prerelease = chance(random, 3) ? `-${suffix(random, PRERELEASES)}` : ''
  const build = chance(random, 8) ? `+${suffix(random, BUILDS)}` : ''
  return `${chance(random, 8) ? 'v' : ''}${parts}${prerelease}${build}`
}

/** A version that is one. */
export function soundVersion(random: Random): string {
  const part = () => random.pick(['0', '1', '2', '3', '10'])
  const prerelease = chance(random, 3) ? `-${random.pick(PRERELEASES.slice(0, 8))}` : ''
  const build = chance(random, 6) ? `+${random.pick(BUILDS.slice(0, 4))}` : ''
  const parts = Array.from({ length: random.pick([1, 2, 3, 3, 3, 3]) }, part)
  return `${chance(random, 10) ? 'v' : ''}${parts.join('.')}${prerelease}${build}`
}

function part(random: Random): string {
  return random.pick(chance(random, 12) ? PARTS : [...PARTS.slice(0, 7), 'x', '*'])
}

function suffix(random: Random, texts: readonly string[]): string {
  return random.pick(chance(random, 12) ? texts : texts.slice(0, 8))
}

function mutated(random: Random, text: string): string {
  const at = random.below(text.length + 1)
  const sign = random.pick([...' .-+|,x*0v=<>~^!\u00a0\u2028'])
  return `${text.slice(0, at)}${sign}${text.slice(at + random.below(2))}`
}

/** True once in `times`. */
function chance(random: Random, times: number): boolean {
  return random.below(times) === 0
}
