import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { cpSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Chart } from './commands.ts'

const MB = 1_000_000

/** Charts in a git work tree, as they are in most pipelines. */
export class SampleCharts {
  readonly #folder: string
  readonly #helm: string
  readonly #starters: Chart[] = []
  readonly #large = new Map<number, Chart>()

  constructor(folder: string, helm: string) {
    this.#folder = folder
    this.#helm = helm
    mkdirSync(folder)
    const author = ['-c', 'user.name=bench', '-c', 'user.email=bench@test.invalid']
    execFileSync('git', ['init', '--quiet', folder])
    const commit = ['commit', '--quiet', '--allow-empty', '--message', 'charts']
    execFileSync('git', ['-C', folder, ...author, ...commit])
    execFileSync(helm, ['create', join(folder, 'starter')])
  }

  /** The chart that `helm create` makes, so many times under other names: archives of 5 KB. */
  starters(count: number): readonly Chart[] {
    while (this.#starters.length < count) {
      this.#starters.push(this.#makeStarter(`starter-${this.#starters.length + 1}`))
    }
    return this.#starters.slice(0, count)
  }

  /** A chart of so many files of 1 MB, which hardly compress; older Helm takes 5 MiB of one file. */
  large(megabytes: number): Chart {
    const chart = this.#large.get(megabytes) ?? this.#makeLarge(megabytes)
    this.#large.set(megabytes, chart)
    return chart
  }

  /** Packaged by helm into `destination`. Returns the path of the archive. */
  pack({ name, folder }: Chart, destination: string): string {
    execFileSync(this.#helm, ['package', folder, '--destination', destination])
    return join(destination, `${name}-1.0.0.tgz`)
  }

  #makeLarge(megabytes: number): Chart {
    const name = `large-${megabytes}`
    const folder = join(this.#folder, name)
    mkdirSync(join(folder, 'files'), { recursive: true })
    writeFileSync(join(folder, 'Chart.yaml'), chartYaml(name))
    for (let index = 0; index < megabytes; index++) {
      writeFileSync(join(folder, `files/${index}.bin`), randomBytes(MB))
    }
    return { name, folder }
  }

  #makeStarter(name: string): Chart {
    const folder = join(this.#folder, name)
    cpSync(join(this.#folder, 'starter'), folder, { recursive: true })
    writeFileSync(join(folder, 'Chart.yaml'), chartYaml(name))
    return { name, folder }
  }
}

const DESCRIPTION = 'A chart to measure with'

function chartYaml(name: string): string {
  return `apiVersion: v2
name: ${name}
description: ${DESCRIPTION}
type: application
version: 1.0.0
appVersion: 1.16.0
`
}

/** The config that helm makes of such a chart, for oras, which makes none. */
export function configJson({ name }: Chart, version: string): string {
  const type = 'application'
  const fields = { name, version, description: DESCRIPTION, apiVersion: 'v2' }
  return JSON.stringify({ ...fields, appVersion: '1.16.0', type })
}
