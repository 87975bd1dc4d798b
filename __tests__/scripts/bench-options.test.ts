import { describe, expect, test } from '@jest/globals'
import { parseOptions, USAGE } from '../../scripts/bench/options.ts'
import { byTurns } from '../../scripts/bench/rounds.ts'
import { allScenarios, quickScenarios } from '../../scripts/bench/scenarios.ts'
import { parseUsage } from '../../scripts/bench/timed-process.ts'
import { differences, type Manifest } from '../../scripts/bench/verify.ts'
import { replaceSection } from '../../scripts/docs.mjs'

test('commands take turns', async () => {
  const order: string[] = []
  const outcomes = await byTurns(['A', 'B', 'C'], 2, async (name) => order.push(name))
  expect(order.join(' ')).toBe('A B C A B C')
  expect(outcomes).toEqual([
    [1, 4],
    [2, 5],
    [3, 6]
  ])
})

describe('scenarios', () => {
  test('one chart is measured nine times at each round trip, in every way', () => {
    const pushes = allScenarios(parseOptions([])).filter(({ group }) => group === 'round-trips')
    expect(pushes.map(({ roundTripMs, runs }) => [roundTripMs, runs])).toEqual([
      [0, 9],
      [20, 9],
      [50, 9],
      [100, 9]
    ])
    for (const { commands } of pushes) {
      expect(commands).toEqual(['ours', 'helm', 'helm-login', 'oras'])
    }
  })

  test('another build takes part when it is given', () => {
    const [first] = allScenarios(parseOptions(['--before', 'old.cjs']))
    expect(first?.commands).toContain('before')
  })

  test('a token service that clients know is measured only when it is asked for', () => {
    const groups = (args: readonly string[]) => {
      return allScenarios(parseOptions(args)).map(({ group }) => group)
    }
    expect(groups([])).not.toContain('known')
    expect(groups(['--known-token-service'])).toContain('known')
    expect(new Set(groups(['--only', 'known,start']))).toEqual(new Set(['known', 'start']))
  })

  test('the quick ones compare the same commands', () => {
    expect(quickScenarios()[0]?.commands).toEqual(allScenarios(parseOptions([]))[0]?.commands)
  })
})

describe('flags', () => {
  test('the docs are written from all figures only', () => {
    expect(parseOptions(['--docs']).docs).toBe(true)
    for (const other of ['--quick', '--only=start', '--runs=3']) {
      expect(() => parseOptions(['--docs', other])).toThrow('--docs needs all figures')
    }
  })

  test('what is not a count or a group is refused', () => {
    expect(() => parseOptions(['--runs', '0'])).toThrow('--runs 0 is not a count')
    expect(() => parseOptions(['--only', 'speed'])).toThrow('--only speed')
    expect(() => parseOptions(['--fast'])).toThrow('--fast')
  })

  test('the help lists each of them', () => {
    const listed = [...USAGE.matchAll(/^ {2}--([a-z-]+)/gm)].map(([, name]) => name)
    for (const name of listed) expect(() => parseOptions([`--${name}`, '1'])).not.toThrow(/Unknown/)
    expect(listed).toHaveLength(10)
  })
})

describe('the same result', () => {
  const blob = (text: string) => ({ mediaType: `type of ${text}`, digest: text, size: 1 })
  const created = 'org.opencontainers.image.created'
  const manifest = (layer: string, annotations: Record<string, string> = {}): Manifest => ({
    config: blob('config'),
    layers: [blob(layer)],
    annotations
  })
  const helm = manifest('archive', { [created]: '1', title: 'demo' })

  test('times of the archive may differ, and oras may annotate as it likes', () => {
    const ours = manifest('archive', { [created]: '2', title: 'demo' })
    const oras = manifest('archive', { other: 'x' })
    expect(
      differences(
        new Map([
          ['ours', ours],
          ['helm', helm],
          ['oras', oras]
        ] as const)
      )
    ).toEqual([])
  })

  test.each([
    ['another archive', 'ours', manifest('other', { [created]: '1', title: 'demo' })],
    ['another annotation of ours', 'ours', manifest('archive', { title: 'other' })],
    ['another archive of oras', 'oras', manifest('other')]
  ] as const)('%s is a difference', (_, command, pushed) => {
    const [line, ...others] = differences(
      new Map([
        ['helm', helm],
        [command, pushed]
      ] as const)
    )
    expect(line).toContain(`${command} pushed`)
    expect(others).toEqual([])
  })
})

test('what GNU time reports is read; anything else is refused', () => {
  expect(parseUsage('0.31 0.09 2048\n')).toEqual({ cpuSeconds: 0.4, peakBytes: 2048 * 1024 })
  expect(() => parseUsage('real 0.4')).toThrow('it has to be GNU time')
})

test('a section of a document is replaced, all else stays', () => {
  const text = 'a\n<!-- bench -->\nold\n<!-- /bench -->\nb\n'
  const replaced = replaceSection(text, 'bench', 'new')
  expect(replaced).toBe('a\n<!-- bench -->\nnew\n<!-- /bench -->\nb\n')
  expect(() => replaceSection('nothing', 'bench', 'new')).toThrow('<!-- bench -->')
})
