import { describe, expect, test } from '@jest/globals'
import type { CommandName } from '../../scripts/bench/commands.ts'
import { parseOptions } from '../../scripts/bench/options.ts'
import { renderChart, renderMarkdown, renderText } from '../../scripts/bench/render.ts'
import type { Measurement, Results, Series } from '../../scripts/bench/results.ts'
import { allScenarios, type Scenario } from '../../scripts/bench/scenarios.ts'

const SECONDS: Readonly<Record<CommandName, number>> = {
  ours: 0.8,
  before: 1.2,
  helm: 1,
  'helm-login': 1.6,
  oras: 0.4,
  node: 0.03,
  version: 0.05
}

const measured = (seconds: number): Measurement => ({
  seconds,
  cpuSeconds: seconds / 2,
  peakBytes: 2 ** 20 * 100 * seconds,
  requests: 10,
  tokens: 1,
  connections: 3,
  sentBytes: 20_460,
  receivedBytes: 20_100_000
})

const trace = [...Array(9).fill('PUT upload 201'), 'HEAD blob 200', 'HEAD blob 200']

function seriesOf(scenario: Scenario): readonly Series[] {
  const one = (command: CommandName) => {
    const seconds = SECONDS[command] * (command === 'helm' ? scenario.charts : 1)
    const runs = [1.5, 0.7, 1].map((factor) => measured(seconds * factor))
    const own = scenario.group === 'archives' && command === 'ours'
    return { scenario, command, runs, load: 1.5, trace, ...(own && { ownPeakBytes: 50 * 2 ** 20 }) }
  }
  return scenario.commands.map(one)
}

const RESULTS: Results = {
  isComplete: true,
  machine: {
    date: '2026-12-24',
    processor: 'Some CPU',
    cores: 2,
    memoryBytes: 8 * 2 ** 30,
    system: 'Linux 6',
    load: 0.25,
    versions: { Node: '24.21.0', Helm: '4.3.0' }
  },
  series: allScenarios(parseOptions(['--known-token-service'])).flatMap(seriesOf),
  readings: [
    { megabytes: 20, bytes: 20_000_000, inProcess: [200], inspect: [400], helmShow: [500] }
  ]
}

/** Rows of Markdown below a title. */
function rowsOf(title: string): readonly string[] {
  const [, section = ''] = renderMarkdown(RESULTS).split(`### ${title}\n\n`)
  return section.split('\n\n')[0]?.split('\n') ?? []
}

describe('the page', () => {
  test('begins with ratios, then has the chart', () => {
    const [first, second] = renderMarkdown(RESULTS)
      .trim()
      .split(/\n(?=###|!\[)/)
    expect(first).toMatch(/^### Time of `publish` divided by that of others\n/)
    expect(second).toContain('(performance.svg)')
    expect(rowsOf('Time of `publish` divided by that of others')).toEqual([
      '|  | 0 ms | 20 ms | 50 ms | 100 ms |',
      '| :-- | --: | --: | --: | --: |',
      '| helm package, push | 0.80 | 0.80 | 0.80 | 0.80 |',
      '| helm login, package, push, logout | 0.50 | 0.50 | 0.50 | 0.50 |',
      '| helm package, oras push | 2.00 | 2.00 | 2.00 | 2.00 |'
    ])
  })

  test('has how a loop and large archives compare', () => {
    const loop = 'Time of a loop of `helm package` and `helm push`, divided by that of one call'
    expect(rowsOf(loop)).toEqual([
      '| charts | 1 | 10 | 50 | 200 |',
      '| :-- | --: | --: | --: | --: |',
      '| 20 ms | 1.25 | 12.50 | 62.50 |  |',
      '| 50 ms | 1.25 | 12.50 | 62.50 | 250.00 |'
    ])
    const row = '| helm package, push | 0.80 | 0.80 | 0.80 | 0.80 |'
    expect(rowsOf('Time of `publish` divided by that of others, large archives')[2]).toBe(row)
    expect(rowsOf('Peak memory of `publish` divided by that of others, large archives')[2]).toBe(
      row
    )
  })

  test('has what each command uses', () => {
    const used = '0.80 s | 10 + 1 | 3 | 20.5 kB | 20.1 MB | 0.40 s | 80 MiB |'
    expect(rowsOf('Seconds, one chart of 5 KB')[2]).toBe(
      '| publish-helm-chart | 0.80 s | 0.80 s | 0.80 s | 0.80 s |'
    )
    expect(rowsOf('What one push uses, 100 ms')[2]).toBe(`| publish-helm-chart | ${used}`)
    expect(rowsOf('What one call for many charts uses, and a loop').at(-2)).toBe(
      `| publish-helm-chart | 200 | 50 ms | ${used}`
    )
    const archives = rowsOf('What large archives use')
    expect(archives).toContain(`| publish-helm-chart | 90 MB | 20 ms | ${used} 50 MiB |`)
    expect(archives).toHaveLength(2 + 16)
  })

  test('has the start of the program, and reading', () => {
    expect(rowsOf('Start of the program')[3]).toBe(
      '| publish-helm-chart version | 50 ms | 0.03 s | 5 MiB |'
    )
    expect(rowsOf('Reading and validating an archive')[2]).toBe(
      '| 20 MB | 200 ms, 100 MB/s | 400 ms, 50 MB/s | 500 ms, 40 MB/s | 0.80 |'
    )
  })

  test('says where, when and with what it was measured', () => {
    expect(renderMarkdown(RESULTS)).toContain(
      'Measured on 2026-12-24: 2 cores (Some CPU), 8192 MiB, Linux 6, load average 0.3 before the first run, at most 1.5. Node 24.21.0, Helm 4.3.0.'
    )
  })

  test('says so when the machine was busy with other work', () => {
    const note = 'Other work kept the machine busy: measure again.'
    const machine = { ...RESULTS.machine, load: 2.5 }
    const series = RESULTS.series.map((one) => ({ ...one, load: 9 }))
    expect(renderMarkdown(RESULTS)).not.toContain(note)
    expect(renderMarkdown({ ...RESULTS, machine })).toContain(`at most 2.5. ${note}`)
    expect(renderMarkdown({ ...RESULTS, series })).toContain(`at most 9.0. ${note}`)
  })

  test('says nothing of what was not measured', () => {
    const text = renderMarkdown({ ...RESULTS, series: [], readings: [] })
    expect(text).not.toContain('###')
  })
})

test('a terminal gets the goals as well, and whether they are met', () => {
  const text = renderText(RESULTS)
  const lines = text.split('\n').map((line) => line.split(/\s{2,}/))
  expect(lines).toContainEqual(['time, 50 ms, by helm', '0.80', 'at most 0.82', 'yes'])
  expect(lines).toContainEqual(['time, 50 ms, by oras', '2.00', 'at most 1', 'NO'])
  expect(lines).toContainEqual([
    'a loop of 50 charts, 50 ms, by one call',
    '62.50',
    'at least 8',
    'yes'
  ])
  expect(lines).toContainEqual([
    'requests of a push, without HEADs of blobs',
    '9.00',
    'at most 9',
    'yes'
  ])
  expect(text).not.toContain('`')
})

test('the chart has a group for each round trip and a bar for each command', () => {
  const svg = renderChart(RESULTS)
  expect(svg.match(/ms round trip<\/text>/g)).toHaveLength(4)
  expect(svg.match(/<text class="value"/g)).toHaveLength(16)
})
