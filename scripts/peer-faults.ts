// The same faults for `helm push` and `oras push`, each with the same archive and the same proxy.
import { spawn } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { FAULTS, type FaultKind, type FaultProxy } from '../__tests__/support/faults/fault-proxy.ts'
import { digestOf } from '../src/oci/spec/blob.ts'
import { findHelm, toolPath } from './tools.mjs'

/** Those after which none of them waits for minutes, and which need no token service. */
export const PEER_FAULTS: readonly FaultKind[] = FAULTS.filter((fault) => {
  return fault !== 'time-out' && fault !== 'expired token'
})

export interface PeerResult {
  readonly title: string
  readonly well: number
  readonly cases: number
  readonly wrong: number
}

/** Pushes one chart for each request and fault, always to a new repository. */
export async function peerResults(
  proxy: FaultProxy,
  folder: string
): Promise<readonly PeerResult[]> {
  const archive = await packChart(folder)
  const helm = findHelm() ?? toolPath('helm')
  const results: PeerResult[] = []
  for (const [title, file, argsFor] of [
    ['helm push', helm, (path: string) => ['push', archive, `oci://${path}`, '--plain-http']],
    ['oras push', toolPath('oras'), (path: string) => orasArgs(archive, path)]
  ] as const) {
    const push = (path: string) => run(file, argsFor(`${proxy.host}/${path}`), folder)
    results.push({ title, ...(await tryAll(proxy, archive, push)) })
  }
  return results
}

async function tryAll(
  proxy: FaultProxy,
  archive: string,
  push: (path: string) => Promise<number | null>
): Promise<Omit<PeerResult, 'title'>> {
  proxy.plan()
  if ((await push(newPath())) !== 0) throw new Error('a push that nothing spoils failed')
  const requests = [...proxy.names]
  const ends: string[] = []
  for (const request of requests) {
    for (const fault of PEER_FAULTS) {
      const path = newPath()
      proxy.plan(request, fault)
      const code = await push(path)
      proxy.plan()
      const tag = await tagAt(`http://${proxy.host}/v2/${path}/demo/manifests/1.0.0`, archive)
      ends.push(`${code === 0 ? 'well' : 'failed'}, ${tag}`)
    }
  }
  return {
    well: ends.filter((end) => end === 'well, right').length,
    wrong: ends.filter((end) => end.endsWith('wrong')).length,
    cases: ends.length
  }
}

async function tagAt(url: string, archive: string): Promise<'right' | 'absent' | 'wrong'> {
  const accept = 'application/vnd.oci.image.manifest.v1+json'
  const response = await fetch(url, { headers: { accept } })
  const text = await response.text()
  if (response.status !== 200) return 'absent'
  return text.includes(digestOf(readFileSync(archive))) ? 'right' : 'wrong'
}

function orasArgs(archive: string, path: string): readonly string[] {
  const layer = `${archive}:application/vnd.cncf.helm.chart.content.v1.tar+gzip`
  const flags = ['--plain-http', '--disable-path-validation']
  return ['push', ...flags, `${path}/demo:1.0.0`, layer]
}

let count = 0
function newPath(): string {
  count += 1
  return `peers/${count}`
}

async function packChart(folder: string): Promise<string> {
  const chart = join(folder, 'chart')
  mkdirSync(chart)
  writeFileSync(join(chart, 'Chart.yaml'), 'apiVersion: v2\nname: demo\nversion: 1.0.0\n')
  await run(findHelm() ?? toolPath('helm'), ['package', chart, '--destination', folder], folder)
  return join(folder, readdirSync(folder).find((name) => name.endsWith('.tgz')) ?? '')
}

function run(file: string, args: readonly string[], home: string): Promise<number | null> {
  const env = { PATH: process.env['PATH'] ?? '', HOME: home }
  const child = spawn(file, args, { env, stdio: 'ignore' })
  return new Promise((resolve, reject) => {
    child.once('error', reject).once('close', resolve)
  })
}
