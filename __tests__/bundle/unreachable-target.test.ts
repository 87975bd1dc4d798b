import { writeFile } from 'node:fs/promises'
import { describe, expect, test } from '@jest/globals'
import type { PublicationJson } from '../../src/publish/model/publication-json.ts'
import { gzipOf, tarOf } from '../support/charts/archives.ts'
import { release } from '../support/charts/releases.ts'
import { runCli } from '../support/program.ts'
import { closedPort } from '../support/registry/closed-port.ts'
import { useRegistries } from '../support/registry/servers.ts'
import { useWorkspace } from '../support/workspace.ts'

/** Four attempts have pauses of 3.5 s in all at the most; a run that waited for each chart would take three times as long. */
const MANY = 12
const TIMEOUT_MS = 30_000
const workspace = useWorkspace()
const startRegistry = useRegistries()

/** Writes the archives of many charts, and returns their paths. */
async function writeCharts(): Promise<readonly string[]> {
  const names = Array.from(
    { length: MANY },
    (_, index) => `chart-${String(index).padStart(2, '0')}`
  )
  for (const name of names) {
    const body = `apiVersion: v2\nname: ${name}\nversion: 1.2.3\n`
    const archive = gzipOf(tarOf([{ name: `${name}/Chart.yaml`, body }]))
    await writeFile(workspace.path(`${name}.tgz`), archive)
  }
  return names.map((name) => `${name}.tgz`)
}

describe('a registry that is unreachable', () => {
  test.each([
    ['1', 1],
    ['4', 4],
    ['99', MANY]
  ])(
    'costs what is under way there, %s at a time; the rest is not attempted, and others are published',
    async (concurrency, most) => {
      const [dead, good] = [await closedPort(), await startRegistry()]
      const targets = [`${dead}/charts`, `${good.host}/charts`]
      const args = [...(await writeCharts()), `--concurrency=${concurrency}`]
      const { code, results, stderr } = await release(workspace, targets, args)
      const at = (target: string) => results.filter((result) => result.target === target)
      const [there = [], elsewhere = []] = targets.map(at)
      expect(code).toBe(6)
      expect(elsewhere.map(({ status }) => status)).toEqual(Array(MANY).fill('published'))
      const failed = there.filter(({ status }) => status === 'failed')
      const others = there.filter(({ status }) => status === 'not-attempted')
      expect(failed.length).toBeLessThanOrEqual(most)
      expect(failed.length + others.length).toBe(MANY)
      const [first] = failed
      for (const { error, digest } of others) {
        expect(digest).toBeNull()
        expect(error).toEqual({
          exitCode: 6,
          message: `Not attempted, because ${dead} did not answer before: ${first?.error?.message}`,
          fix: first?.error?.fix
        })
      }
      expect(stderr.match(/^Error: /gm)).toHaveLength(1)
      expect(stderr).toMatch(
        /does not answer: the remaining steps at this registry are not attempted/
      )
    },
    TIMEOUT_MS
  )

  test(
    'and is the only one: nothing else waits for it, and each time-out is one',
    async () => {
      const silent = await startRegistry({ fault: () => 'hang' })
      const args = [...(await writeCharts()), '--timeout=1s', '--concurrency=1']
      const { code, results } = await release(workspace, [`${silent.host}/charts`], args)
      // The tag, and /v2/ by the connection that is opened ahead.
      expect(silent.requests).toHaveLength(2)
      expect(code).toBe(6)
      const statuses = results.map(({ status }) => status)
      expect(statuses).toEqual(['failed', ...Array(MANY - 1).fill('not-attempted')])
    },
    TIMEOUT_MS
  )
})

test(
  'a registry in trouble is asked for every chart: what it answers may change',
  async () => {
    const registry = await startRegistry()
    // 501 is not retried.
    registry.fault = ({ url }) => (url.includes('/chart-00/') ? { status: 501 } : undefined)
    const args = [...(await writeCharts()), '--concurrency=1']
    const { code, results } = await release(workspace, [`${registry.host}/charts`], args)
    expect(code).toBe(6)
    const statuses = results.map(({ status }) => status)
    expect(statuses).toEqual(['failed', ...Array(MANY - 1).fill('published')])
  },
  TIMEOUT_MS
)

test(
  'a proxy that is unreachable is reported once, for all targets',
  async () => {
    const proxy = await closedPort()
    const registries = ['a', 'b'].map((name) => `--registry=${name}.registry.test/charts`)
    const args = ['publish', ...(await writeCharts()), ...registries, '--json']
    const environment = { HTTPS_PROXY: `http://${proxy}` }
    const { code, stdout, stderr } = await runCli(workspace, args, { environment })
    const statuses = JSON.parse(stdout).results.map(({ status }: PublicationJson) => status)
    expect(code).toBe(6)
    expect(new Set(statuses)).toEqual(new Set(['failed', 'not-attempted']))
    expect(stderr.match(/^Error: /gm)).toHaveLength(1)
    expect(stderr).toContain(`The proxy ${proxy} cannot be reached`)
  },
  TIMEOUT_MS
)
