import { TITLES } from './commands.ts'
import type { Figures } from './figures.ts'
import { mebibytes, milliseconds, ratio, seconds } from './format.ts'
import { ratioSections } from './ratio-sections.ts'
import type { Section } from './section.ts'
import { median } from './statistics.ts'
import { usageSections } from './usage-sections.ts'

/** All tables for which there are figures, ratios first. */
export function sectionsOf(figures: Figures): readonly Section[] {
  const sections = [
    ...ratioSections(figures),
    ...usageSections(figures),
    start(figures),
    reading(figures)
  ]
  return sections.filter(({ rows }) => rows.length > 1)
}

function start(figures: Figures): Section {
  const rows = (['node', 'version'] as const).flatMap((command) => {
    const used = figures.of({ group: 'start' }, command)
    if (!used) return []
    const memory = mebibytes(used.peakBytes)
    return [[TITLES[command], milliseconds(used.seconds * 1000), seconds(used.cpuSeconds), memory]]
  })
  return { title: 'Start of the program', rows: [['', 'time', 'CPU', 'peak memory'], ...rows] }
}

function reading({ results }: Figures): Section {
  const rows = results.readings.map(({ megabytes, bytes, inProcess, inspect, helmShow }) => {
    const cells = [inProcess, inspect, helmShow].map((runs) => {
      const ms = median(runs)
      return `${milliseconds(ms)}, ${(bytes / 1000 / ms).toFixed(0)} MB/s`
    })
    return [`${megabytes} MB`, ...cells, ratio(median(inspect) / median(helmShow))]
  })
  const names = ['in process', '`inspect`', '`helm show chart`', '`inspect` : helm']
  return { title: 'Reading and validating an archive', rows: [['archive', ...names], ...rows] }
}
