import { writeFile } from 'node:fs/promises'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { gzipOf, tarOf } from '../support/charts/archives.ts'
import { HANGS } from '../support/sigstore/fake-service.ts'
import { SigningScene } from '../support/sigstore/signing-scene.ts'

/** 200 were tried by hand as well (trust-reports.md, 20). */
const CHARTS = 40
const MOST_AT_ONCE = 4
const MOST_A_SECOND = 5
/** What is sent at the end of a second may be on its way for longer than what follows. */
const SECOND_MS = 950
/** More than 4 would be on their way at once, were it for the rate alone. */
const LATENCY_MS = 1000

let scene: SigningScene

beforeEach(async () => {
  scene = await SigningScene.open()
})

afterEach(() => scene.close())

async function writeCharts(): Promise<readonly string[]> {
  const names = Array.from({ length: CHARTS }, (_, index) => `chart-${index}`)
  for (const name of names) {
    const body = `apiVersion: v2\nname: ${name}\nversion: 1.0.0\n`
    const archive = gzipOf(tarOf([{ name: `${name}/Chart.yaml`, body }]))
    await writeFile(scene.workspace.path(`${name}.tgz`), archive)
  }
  return names.map((name) => `${name}.tgz`)
}

/** A log that takes its time: when entries came to it, and how many were on their way at once. */
function slowLog() {
  const times: number[] = []
  const seen = { open: 0, most: 0 }
  const { rekor } = scene.sigstore
  rekor.fault = (request, response) => {
    if (request.method !== 'POST') return false
    times.push(performance.now())
    seen.open += 1
    seen.most = Math.max(seen.most, seen.open)
    const { status, body } = rekor.handle(request)
    setTimeout(() => {
      seen.open -= 1
      response.writeHead(status).end(JSON.stringify(body))
    }, LATENCY_MS)
    return true
  }
  return { times, seen }
}

test(`a monorepo of ${CHARTS} charts has one certificate, and bothers the log by few signatures at once`, async () => {
  const charts = await writeCharts()
  const { times, seen } = slowLog()
  const started = performance.now()
  const { code, results, stderr } = await scene.publish({ charts })
  const seconds = (performance.now() - started) / 1000
  expect([code, code === 0 ? '' : stderr]).toEqual([0, ''])
  const all = results.map(({ status, signature }) => `${status} ${signature}`)
  expect([all.length, new Set(all)]).toEqual([CHARTS, new Set(['published signed'])])
  const { issuer, sigstore } = scene
  expect([issuer.requests.length, sigstore.fulcio.requests.length]).toEqual([1, 1])
  expect([sigstore.log.size, times.length]).toEqual([CHARTS, CHARTS])
  expect(seen.most).toBe(MOST_AT_ONCE)
  const busiest = times.map((time) => times.filter((t) => t >= time && t < time + SECOND_MS).length)
  expect(Math.max(...busiest)).toBeLessThanOrEqual(MOST_A_SECOND)
  // No slower than the log is, and what a run of so many charts needs besides.
  expect(seconds).toBeLessThan(CHARTS / MOST_AT_ONCE + 20)
  const again = await scene.publish({ charts })
  expect(new Set(again.results.map(({ signature }) => signature))).toEqual(new Set(['present']))
  expect(sigstore.log.size).toBe(CHARTS)
}, 180_000)

test('a service that never answers is given up after four attempts of ten seconds', async () => {
  scene.issuer.fault = HANGS
  const started = performance.now()
  const { code, results } = await scene.publish()
  const seconds = (performance.now() - started) / 1000
  expect(code).toBe(9)
  expect(results[0]?.error?.message).toContain(
    `${scene.issuer.url.host} did not answer within 10 s`
  )
  expect([scene.tagged, scene.issuer.requests.length]).toEqual([undefined, 4])
  expect(seconds).toBeGreaterThan(39)
  expect(seconds).toBeLessThan(60)
  expect(await scene.workspace.leftovers()).toEqual([])
}, 120_000)
