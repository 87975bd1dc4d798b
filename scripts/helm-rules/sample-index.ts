/** An index of 100 charts in the form of `helm repo index`, of at least so many bytes. */
export function yamlIndex(size: number): Buffer {
  return indexOf(size, {
    begin: 'apiVersion: v1\nentries:\n',
    chart: (name, versions) => `  ${name}:\n${versions.join('')}`,
    version: yamlVersion,
    end: 'generated: "2024-01-02T03:04:05.678901234Z"\n'
  })
}

/** The same in JSON. */
export function jsonIndex(size: number): Buffer {
  return indexOf(size, {
    begin: '{"apiVersion":"v1","entries":{',
    chart: (name, versions, number) => `${number > 0 ? ',' : ''}"${name}":[${versions.join(',')}]`,
    version: (name, version) => JSON.stringify(fieldsOf(name, version)),
    end: '},"generated":"2024-01-02T03:04:05Z"}'
  })
}

const CHARTS = 100

interface Form {
  readonly begin: string
  readonly chart: (name: string, versions: readonly string[], number: number) => string
  readonly version: (name: string, version: string) => string
  readonly end: string
}

function indexOf(size: number, form: Form): Buffer {
  const one = form.version('chart-10', '1.20.3').length
  const count = Math.ceil(size / CHARTS / one)
  const charts = Array.from({ length: CHARTS }, (_, number) => {
    const name = `chart-${number}`
    const versions = Array.from({ length: count }, (_version, at) => {
      return form.version(name, `1.${count - at}.${at % 7}`)
    })
    return form.chart(name, versions, number)
  })
  return Buffer.from([form.begin, ...charts, form.end].join(''))
}

const SENTENCE =
  'Deploys a server with all that it needs, and watches it: "quoted", and more of it.'

function fieldsOf(name: string, version: string) {
  return {
    annotations: { category: 'Infrastructure', licenses: 'Apache-2.0', images: SENTENCE.repeat(4) },
    apiVersion: 'v2',
    appVersion: '4.5.6',
    created: '2024-01-02T03:04:05.678901234Z',
    dependencies: [
      { name: 'common', repository: 'oci://registry.example/charts', version: '2.x.x' },
      { condition: 'db.enabled', name: 'db', repository: 'https://x.example', version: '~1.2' }
    ],
    description: SENTENCE,
    digest: 'd34db33f'.repeat(8),
    home: `https://charts.example/${name}`,
    keywords: ['server', 'http', 'infrastructure'],
    maintainers: [{ email: 'a@x.example', name: 'A', url: 'https://x.example' }],
    name,
    sources: [`https://git.example/${name}`],
    urls: [`https://charts.example/${name}-${version}.tgz`],
    version
  }
}

function yamlVersion(name: string, version: string): string {
  const fields = fieldsOf(name, version)
  const images = `\n        ${SENTENCE}`.repeat(4)
  return `  - annotations:
      category: ${fields.annotations.category}
      images: |${images}
      licenses: ${fields.annotations.licenses}
    apiVersion: ${fields.apiVersion}
    appVersion: ${fields.appVersion}
    created: "${fields.created}"
    dependencies:
    - name: common
      repository: oci://registry.example/charts
      version: 2.x.x
    - condition: db.enabled
      name: db
      repository: https://x.example
      version: ~1.2
    description: 'Deploys a server with all that it needs, and watches it: "quoted",
      and more of it.'
    digest: ${fields.digest}
    home: ${fields.home}
    keywords:
    - server
    - http
    - infrastructure
    maintainers:
    - email: a@x.example
      name: A
      url: https://x.example
    name: ${name}
    sources:
    - ${fields.sources[0]}
    urls:
    - ${fields.urls[0]}
    version: ${version}
`
}
