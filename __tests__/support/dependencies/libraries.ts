import { chartFiles } from '../charts/charts.ts'

/** A chart that others depend on. */
export interface Library {
  readonly name: string
  readonly version: string
  readonly files: Readonly<Record<string, string>>
  /** Folders of libraries that are packed into its charts/. */
  readonly keeps: readonly string[]
}

const ALPHAS = [
  ...['0.1.0', '1.0.0', '1.2.0', '1.2.3', '1.3.0+b.1', '1.10.0', '2.0.0-rc.1', '2.0.0-rc.2'],
  ...['2.0.0', '2.1.0-dev', 'v3.1.0']
]

export const LIBRARIES: readonly Library[] = [
  ...ALPHAS.map((version) => library('alpha', version)),
  ...['1.0.0', '1.1.0'].map((version) => library('beta', version)),
  ...['0.9.0', '1.0.0'].map((version) => library('delta', version)),
  library('epsilon', '1.0.0'),
  library('common', '2.31.0', { extra: 'type: library\n' }),
  library('gamma', '1.0.0', { keeps: ['alpha-1.0.0', 'beta-1.1.0'] }),
  library('outer', '1.0.0', { keeps: ['gamma-1.0.0'] })
]

function library(
  name: string,
  version: string,
  { extra = '', keeps = [] as readonly string[] } = {}
): Library {
  const described = `description: ${name} as it was in ${version}\n${extra}`
  const files = {
    ...chartFiles({ name, version: JSON.stringify(version), extra: described }),
    'values.yaml': `${name}: ${JSON.stringify(version)}\nexports:\n  data:\n    from: ${name}\n`,
    'README.md': `# ${name} ${version}\n`
  }
  return { name, version, files, keeps }
}
