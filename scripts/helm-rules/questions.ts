import type { Question } from '../../__tests__/support/charts/helm-rules.ts'
import type { Random } from '../../__tests__/support/charts/random.ts'
import { NAMES, randomIndex } from './generate-indexes.ts'
import { randomLockText } from './generate-locks.ts'
import { randomRange, randomVersion, soundVersion } from './generate-ranges.ts'

const BASES = [
  'https://a.example',
  'https://a.example/',
  'https://a.example/x',
  'https://a.example/x/?t=1'
]
const URLS = [
  ...[
    'a.tgz',
    './a.tgz',
    '../a.tgz',
    '/a.tgz',
    '//b.example/a.tgz',
    'charts/a-1.0.0+b.tgz',
    'a b.tgz'
  ],
  ...[
    'a.tgz?x=1',
    'a%2Fb.tgz',
    'https://c.example/a.tgz',
    'oci://c.example/a',
    '../../../a.tgz',
    'ä.tgz'
  ]
]

/** One question of each kind, at random. */
export const QUESTIONS = {
  range: (random: Random): Question => {
    const versions = [...times(7, () => soundVersion(random)), randomVersion(random)]
    return { kind: 'range', range: randomRange(random), versions }
  },
  sort: (random: Random): Question => {
    return { kind: 'sort', versions: times(random.below(70), () => soundVersion(random)) }
  },
  tags: (random: Random): Question => {
    const tag = () => (random.below(4) === 0 ? randomVersion(random) : soundVersion(random))
    const tags = times(random.below(40), tag).map((text) => text.replaceAll('+', '_'))
    return { kind: 'tags', versions: tags }
  },
  index: (random: Random): Question => {
    const index = Buffer.from(randomIndex(random)).toString('base64')
    return { kind: 'index', index, names: NAMES }
  },
  url: (random: Random): Question => {
    return { kind: 'url', base: random.pick(BASES), url: random.pick(URLS) }
  },
  lock: (random: Random): Question => {
    const text = () => randomLockText(random)
    const dependencies = times(random.below(4), () => {
      return { name: text(), repository: text(), version: text() }
    })
    const generated = random.pick(['2024-01-02T03:04:05Z', '2024-01-02T03:04:05.123456789+02:00'])
    return { kind: 'lock', lock: { dependencies, digest: 'sha256:12', generated } }
  }
} as const

function times<T>(count: number, make: () => T): readonly T[] {
  return Array.from({ length: count }, make)
}
