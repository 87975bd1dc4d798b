import { createHash } from 'node:crypto'
import { chmod, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { parse } from 'yaml'
import { environmentIn } from './program.ts'
import type { Workspace } from './workspace.ts'

const EXAMPLES = join(import.meta.dirname, '../../examples')

type Variables = Readonly<Record<string, string>>

/** What a shell of a CI system has: Node, helm, and a curl that takes every release from `archive`. */
export async function ciEnvironment(workspace: Workspace, archive: string): Promise<Variables> {
  const curl = [
    '#!/bin/sh',
    'while [ $# -gt 1 ]; do if [ "$1" = -o ]; then out="$2"; fi; shift; done',
    `echo "$1" >> "${workspace.path('urls')}"`,
    // Without -o, as with -O: the name in the address.
    `cp "${archive}" "\${out:-\${1##*/}}"`
  ]
  const bin = await workspace.write('bin', { curl: `${curl.join('\n')}\n` })
  await chmod(join(bin, 'curl'), 0o755)
  const environment = environmentIn(workspace)
  const sha256 = createHash('sha256')
    .update(await readFile(archive))
    .digest('hex')
  const path = [bin, dirname(process.execPath), environment['PATH']].join(':')
  return { ...environment, PATH: path, PUBLISHER_SHA256: sha256 }
}

/** A job of examples/gitlab/, as GitLab would run it: its script, and its variables with the predefined ones in them. */
export async function gitlabJob(name: string, predefined: Variables) {
  const config = parse(await readFile(join(EXAMPLES, 'gitlab/.gitlab-ci.yml'), 'utf8'))
  const job = config[name]
  const { before_script } = config[job.extends]
  const variables = Object.entries<string>(config.variables).map(([variable, value]) => [
    variable,
    value.replace(/\$(\w+)/g, (_, other) => predefined[other] ?? '')
  ])
  const script: string = [...before_script, ...job.script].join('\n')
  return { script, variables: { ...predefined, ...Object.fromEntries(variables) } as Variables }
}

/** The shell step of examples/jenkins/, and what stands under `environment`. */
export async function jenkinsStep() {
  const pipeline = await readFile(join(EXAMPLES, 'jenkins/Jenkinsfile'), 'utf8')
  const [, script = ''] = /sh '''(.*?)'''/s.exec(pipeline) ?? []
  const [, environment = ''] = / environment \{(.*?)\}/s.exec(pipeline) ?? []
  const variables = [...environment.matchAll(/(\w+) = '([^']*)'/g)].map(([, name, value]) => [
    name,
    value
  ])
  return { script, variables: Object.fromEntries(variables) as Variables }
}

export const PUBLISH_SCRIPT = join(EXAMPLES, 'shell/publish.sh')
