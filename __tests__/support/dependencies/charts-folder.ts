import { gzipOf, tarOf } from '../charts/archives.ts'

/** A dependency in Chart.yaml; the repository is a classic one unless given. */
export interface Entry {
  readonly name: string
  readonly version?: string
  readonly repository?: string
  /** Further lines, such as `alias: a`. */
  readonly more?: readonly string[]
}

export const CLASSIC = 'https://charts.example.com/stable'
export const OCI = 'oci://registry.example.com/charts'

/** A chart without dependencies. */
export function plainYaml(name: string, version = '1.0.0'): string {
  return `apiVersion: v2\nname: ${name}\nversion: ${JSON.stringify(version)}\n`
}

/** The list in Chart.yaml or requirements.yaml. */
export function dependenciesYaml(entries: readonly Entry[]): string {
  if (entries.length === 0) return ''
  const texts = entries.map(({ name, version = '^1.0.0', repository = CLASSIC, more = [] }) => {
    const lines = more.map((line) => `  ${line}\n`).join('')
    return `- name: ${name}\n  version: ${JSON.stringify(version)}\n  repository: ${JSON.stringify(repository)}\n${lines}`
  })
  return `dependencies:\n${texts.join('')}`
}

/** Chart.yaml of `app` with dependencies. */
export function appYaml(entries: readonly Entry[]): string {
  return `${plainYaml('app')}${dependenciesYaml(entries)}`
}

/** A sound archive of a chart; `values` makes other bytes of it. */
export function chartArchive(name: string, version = '1.0.0', values = 'a: 1\n'): Buffer {
  const files = { 'Chart.yaml': plainYaml(name, version), 'values.yaml': values }
  const entries = Object.entries(files).map(([path, body]) => ({ name: `${name}/${path}`, body }))
  return gzipOf(tarOf(entries))
}
