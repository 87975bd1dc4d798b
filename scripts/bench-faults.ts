// The result of one fault at any request of a push, with the pauses of a real run: `npm run bench:faults`.
// docs/faults.md has its tables.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  describeOutcome,
  type FaultOutcome,
  faultyRequests,
  type MatrixOptions,
  pushWithFault,
  requestsOfPush
} from '../__tests__/support/faults/fault-matrix.ts'
import { FAULTS, FaultProxy } from '../__tests__/support/faults/fault-proxy.ts'
import { startRegistryServer } from '../__tests__/support/registry/registry-servers.ts'
import { startTokenServer } from '../__tests__/support/registry/token-server.ts'
import { PEER_FAULTS, peerResults } from './peer-faults.ts'

const LOGIN = { username: 'ci', password: 'correct horse' }
const folder = mkdtempSync(join(tmpdir(), 'publish-helm-chart-faults-'))
const ends: (() => Promise<void> | void)[] = [
  () => rmSync(folder, { recursive: true, force: true })
]
try {
  const proxy = await openSetup()
  const outcomes = await report('distribution 3 without login', { proxy })
  await report('distribution 3 with a token service', { proxy: await tokenSetup(), login: LOGIN })
  await compare(proxy, outcomes)
} finally {
  for (const end of ends.reverse()) await end()
}

async function openSetup(): Promise<FaultProxy> {
  const registry = await startRegistryServer('distribution', folder)
  const proxy = await FaultProxy.start()
  ends.push(registry.stop, () => proxy.stop())
  proxy.connect({ registry: registry.host })
  return proxy
}

async function tokenSetup(): Promise<FaultProxy> {
  const proxy = await FaultProxy.start()
  const user = { ...LOGIN, prefix: 'team/', actions: ['pull', 'push'] }
  const tokens = await startTokenServer(folder, [user])
  const registry = await startRegistryServer('distribution', folder, {
    auth: {
      kind: 'token',
      realm: `http://${proxy.host}/token`,
      rootCertBundle: tokens.certificate
    }
  })
  ends.push(registry.stop, tokens.stop, () => proxy.stop())
  proxy.connect({ registry: registry.host, tokens: new URL(tokens.realm).host })
  return proxy
}

async function report(title: string, options: MatrixOptions): Promise<readonly FaultOutcome[]> {
  const requests = await requestsOfPush(options)
  say(`\n## ${title}: ${requests.length} requests in a push without a fault\n`)
  const outcomes: FaultOutcome[] = []
  for (const request of requests) {
    for (const fault of FAULTS) {
      if (!faultyRequests(requests, fault).includes(request)) continue
      outcomes.push(await pushWithFault(request, fault, options))
    }
  }
  say(`| request | ${FAULTS.join(' | ')} |`)
  say(`| --- |${' --- |'.repeat(FAULTS.length)}`)
  for (const request of requests) {
    const cells = FAULTS.map((fault) => {
      return cell(outcomes.find((one) => one.request === request && one.fault === fault))
    })
    say(`| ${request} | ${cells.join(' | ')} |`)
  }
  const well = outcomes.filter(({ ended, tag }) => ended === 'well' && tag === 'right')
  const wrong = outcomes.filter(({ tag }) => tag === 'wrong')
  say(`\n${well.length} of ${outcomes.length} succeeded; ${wrong.length} wrong tags.`)
  for (const outcome of outcomes.filter((one) => !well.includes(one))) {
    const { request, fault } = outcome
    const told = describeOutcome(outcome).replaceAll(options.proxy.host, 'registry')
    say(`- ${fault} at ${request}: ${told.replace(/[0-9a-f-]{36}/g, 'demo')}`)
  }
  return outcomes
}

/** Ours and the others, with the faults that all of them can be asked to survive. */
async function compare(proxy: FaultProxy, outcomes: readonly FaultOutcome[]): Promise<void> {
  const ours = outcomes.filter(({ fault }) => PEER_FAULTS.includes(fault))
  const well = ours.filter(({ ended, tag }) => ended === 'well' && tag === 'right').length
  const wrong = ours.filter(({ tag }) => tag === 'wrong').length
  const us = { title: 'publish-helm-chart', well, wrong, cases: ours.length }
  say(`\n## Compared with helm and oras, without login: ${PEER_FAULTS.join(', ')}\n`)
  say('| push by | succeeded, with the right tag | wrong tags |\n| --- | --- | --- |')
  for (const result of [us, ...(await peerResults(proxy, folder))]) {
    say(`| ${result.title} | ${result.well} of ${result.cases} | ${result.wrong} |`)
  }
}

/** Outcome, requests, seconds. */
function cell(outcome: FaultOutcome | undefined): string {
  if (!outcome) return ''
  const { ended, tag, requests, seconds } = outcome
  const word = ended === 'well' && tag === 'right' ? 'ok' : `failed, tag ${tag}`
  return `${word}, ${requests}, ${seconds.toFixed(1)} s`
}

function say(text: string): void {
  process.stdout.write(`${text}\n`)
}
