// The commands that are compared: what a user would type for the same chart, registry and login.
import { WRITER } from '../../__tests__/support/registry/docker-auth.ts'

export type CommandName = 'ours' | 'before' | 'helm' | 'helm-login' | 'oras' | 'node' | 'version'

export const TITLES: Readonly<Record<CommandName, string>> = {
  ours: 'publish-helm-chart',
  before: 'publish-helm-chart (before)',
  helm: 'helm package, push',
  'helm-login': 'helm login, package, push, logout',
  oras: 'helm package, oras push',
  node: 'node -e 0',
  version: 'publish-helm-chart version'
}

/** Paths of the programs. */
export interface Programs {
  readonly node: string
  /** Our cli.cjs. */
  readonly cli: string
  /** That of another build, to compare with. */
  readonly before: string | undefined
  readonly helm: string
  readonly oras: string
}

export interface Chart {
  readonly name: string
  readonly folder: string
}

/** What is to be published, and where: `registry` is a host, `path` the repository without the chart's name. */
export interface Job {
  readonly charts: readonly Chart[]
  readonly version: string
  readonly registry: string
  readonly path: string
  readonly ca: string
}

/** A program and its arguments. */
export type Step = readonly [file: string, ...args: string[]]

const LOGIN = ['--username', WRITER.username, '--password', WRITER.password]
/** Ours takes a password from the environment only. */
export const OUR_LOGIN = {
  PUBLISH_HELM_CHART_USERNAME: WRITER.username,
  PUBLISH_HELM_CHART_PASSWORD: WRITER.password
}
const CONFIG_TYPE = 'application/vnd.cncf.helm.config.v1+json'
const LAYER_TYPE = 'application/vnd.cncf.helm.chart.content.v1.tar+gzip'

/** The steps of a command. They run in an empty folder with only the `configFile` of each chart, for oras. */
export function stepsOf(command: CommandName, job: Job, programs: Programs): readonly Step[] {
  const { node, cli, before, helm } = programs
  switch (command) {
    case 'ours':
      return [publish(node, cli, job)]
    case 'before':
      if (before === undefined) throw new Error('no build to compare with: give --before')
      return [publish(node, before, job)]
    case 'helm':
      return packAndPush(job, helm, LOGIN)
    case 'helm-login':
      return [
        [helm, 'registry', 'login', job.registry, '--ca-file', job.ca, ...LOGIN],
        ...packAndPush(job, helm, []),
        [helm, 'registry', 'logout', job.registry]
      ]
    case 'oras':
      return job.charts.flatMap((chart) => [pack(chart, job, helm), orasPush(chart, job, programs)])
    case 'node':
      return [[node, '-e', '0']]
    case 'version':
      return [[node, cli, 'version']]
  }
}

/** Name of the file that holds the config of a chart. */
export function configFile({ name }: Chart): string {
  return `${name}.json`
}

function publish(node: string, cli: string, { charts, version, ...job }: Job): Step {
  const folders = charts.map(({ folder }) => folder)
  const target = `oci://${job.registry}/${job.path}`
  const flags = ['--version', version, '--registry', target, '--ca', job.ca]
  return [node, cli, 'publish', ...folders, ...flags]
}

function packAndPush(job: Job, helm: string, login: readonly string[]): readonly Step[] {
  const target = `oci://${job.registry}/${job.path}`
  return job.charts.flatMap((chart): readonly Step[] => [
    pack(chart, job, helm),
    [helm, 'push', archiveOf(chart, job), target, '--ca-file', job.ca, ...login]
  ])
}

function pack({ folder }: Chart, { version }: Job, helm: string): Step {
  return [helm, 'package', folder, '--version', version]
}

function orasPush(chart: Chart, job: Job, { oras }: Programs): Step {
  const reference = `${job.registry}/${job.path}/${chart.name}:${job.version}`
  const config = `${configFile(chart)}:${CONFIG_TYPE}`
  const layer = `${archiveOf(chart, job)}:${LAYER_TYPE}`
  return [oras, 'push', '--ca-file', job.ca, ...LOGIN, reference, '--config', config, layer]
}

function archiveOf({ name }: Chart, { version }: Job): string {
  return `${name}-${version}.tgz`
}
