import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmod, mkdir, readdir, readFile, rm, symlink, truncate, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { dirname } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { chartFiles } from '../support/charts/charts.ts'
import { helmPath, runCli } from '../support/program.ts'
import { useWorkspace } from '../support/workspace.ts'

const PLATFORM = `${process.platform}-${process.arch === 'x64' ? 'amd64' : process.arch}`
const ARCHIVE_PATH = `/mirror/helm-v4.9.1-${PLATFORM}.tar.gz`
const workspace = useWorkspace()
let server: Server
let requests: string[]
let archive: Buffer
/** What the mirror answers; 200 with the archive unless changed. */
let status: number

beforeEach(async () => {
  const wrapper = `#!/bin/sh\n[ "$1" = version ] && echo v4.9.1 || exec "${helmPath()}" "$@"\n`
  const folder = await workspace.write(`mirror/${PLATFORM}`, { helm: wrapper })
  await chmod(`${folder}/helm`, 0o755)
  execFileSync('tar', ['-czf', 'helm.tar.gz', PLATFORM], { cwd: workspace.path('mirror') })
  archive = await readFile(workspace.path('mirror/helm.tar.gz'))
  status = 200
  requests = []
  server = createServer(({ url = '' }, response) => {
    requests.push(url)
    response.writeHead(status).end(archive)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
})

afterEach(async () => {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
})

function mirror(): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/mirror/`
}

/** Packages a chart with the given helm version, downloaded from the mirror; no helm is on PATH. */
async function packageWith(
  flags: readonly string[],
  environment: Readonly<Record<string, string>> = {}
) {
  const chart = await workspace.write('chart', chartFiles())
  const args = ['package', chart, `--helm-download-url=${mirror()}`, '--json', ...flags]
  return runCli(workspace, args, {
    environment: {
      PATH: '/usr/bin:/bin',
      RUNNER_TOOL_CACHE: workspace.path('tool-cache'),
      ...environment
    }
  })
}

function wanted(): readonly string[] {
  return ['--helm-version=v4.9.1', `--helm-sha256=${sha256Of(archive)}`]
}

test('a download with the right checksum is saved and used, the next time without a download', async () => {
  const first = await packageWith(wanted())
  expect(first).toMatchObject({ code: 0 })
  expect(first.stderr).toContain('(v4.9.1)')
  expect(JSON.parse(first.stdout).results[0]).toMatchObject({ status: 'packaged' })
  expect(await packageWith(wanted())).toMatchObject({ code: 0 })
  expect(requests).toEqual([ARCHIVE_PATH])
  expect(await workspace.leftovers()).toEqual([])
})

describe('what somebody else has put into the tool cache is not run', () => {
  const MARK = 'touch "$HOME/was-run"'

  /** The cached file, after a run that has filled the cache. */
  async function cachedFile(): Promise<string> {
    expect(await packageWith(wanted())).toMatchObject({ code: 0 })
    const files = await readdir(workspace.path('tool-cache'), { recursive: true })
    const file = files.find((name) => name.endsWith('helm.tar.gz'))
    return workspace.path('tool-cache', String(file))
  }

  async function hostileArchive(): Promise<Buffer> {
    await workspace.write(`evil/${PLATFORM}`, { helm: `#!/bin/sh\n${MARK}\necho v4.9.1\n` })
    await chmod(workspace.path(`evil/${PLATFORM}/helm`), 0o755)
    execFileSync('tar', ['-czf', 'helm.tar.gz', PLATFORM], { cwd: workspace.path('evil') })
    return readFile(workspace.path('evil/helm.tar.gz'))
  }

  test.each<[string, (file: string) => Promise<unknown>, boolean]>([
    ['another archive', async (file) => writeFile(file, await hostileArchive()), true],
    [
      'a program in the folder of the archive',
      async (file) => {
        await writeFile(`${dirname(file)}/helm`, `#!/bin/sh\n${MARK}\n`)
        await chmod(`${dirname(file)}/helm`, 0o755)
      },
      false
    ],
    ['an empty file', (file) => truncate(file), true],
    [
      'a directory',
      async (file) => {
        await rm(file)
        await mkdir(file)
      },
      true
    ],
    [
      'a link to a device without an end',
      async (file) => {
        await rm(file)
        await symlink('/dev/zero', file)
      },
      true
    ],
    [
      'a pipe',
      async (file) => {
        await rm(file)
        execFileSync('mkfifo', [file])
      },
      true
    ]
  ])('%s', async (_, plant, isNoticed) => {
    const file = await cachedFile()
    await plant(file)
    const result = await packageWith(wanted())
    expect(result).toMatchObject({ code: 0 })
    expect(
      result.stderr.includes('does not have the checksum that Helm published, so it was not used')
    ).toBe(isNoticed)
    expect(requests).toHaveLength(isNoticed ? 2 : 1)
    expect(await readdir(workspace.path('home'))).not.toContain('was-run')
    // What was wrong is replaced, as far as it can be.
    expect(await packageWith(wanted())).toMatchObject({ code: 0 })
    expect(await workspace.leftovers()).toEqual([])
  })

  test('a program in the place that earlier versions used', async () => {
    const key = sha256Of(archive).slice(0, 16)
    const folder = await workspace.write(`tool-cache/publish-helm-chart-helm/4.9.1/${key}`, {
      helm: `#!/bin/sh\n${MARK}\necho v4.9.1\n`
    })
    await chmod(`${folder}/helm`, 0o755)
    await writeFile(`${folder}.complete`, '')
    expect(await packageWith(wanted())).toMatchObject({ code: 0 })
    expect(requests).toHaveLength(1)
    expect(await readdir(workspace.path('home'))).not.toContain('was-run')
  })
})

test('a tool cache that cannot be written is noticed, and does not end the run', async () => {
  await workspace.write('.', { 'tool-cache': 'a file' })
  const result = await packageWith(wanted())
  expect(result).toMatchObject({ code: 0 })
  expect(result.stderr).toContain('Note: The archive of helm cannot be saved in the tool cache: ')
})

test('`tar` is not taken from a relative folder of PATH', async () => {
  await workspace.write('.', { tar: '#!/bin/sh\ntouch "$HOME/was-run"\nexit 1\n' })
  await chmod(workspace.path('tar'), 0o755)
  expect(await packageWith(wanted(), { PATH: '.:/usr/bin:/bin' })).toMatchObject({ code: 0 })
  expect(await readdir(workspace.path('home'))).not.toContain('was-run')
})

test('a download with another checksum is not used: exit code 3', async () => {
  const result = await packageWith(['--helm-version=v4.9.1', `--helm-sha256=${'0'.repeat(64)}`])
  expect(result.code).toBe(3)
  expect(result.stderr).toContain('it was not used')
  expect(await workspace.leftovers()).toEqual([])
})

test('a download with the right checksum that is not an archive: exit code 3', async () => {
  archive = Buffer.from('not a tar file')
  const result = await packageWith(wanted())
  expect(result.code).toBe(3)
  expect(result.stderr).toContain(
    'Error: Helm v4.9.1 is not installed, and could not be downloaded from '
  )
  expect(await workspace.leftovers()).toEqual([])
})

test('an archive without helm in it: exit code 3', async () => {
  await workspace.write('mirror', { 'README.md': 'No program.' })
  execFileSync('tar', ['-czf', 'helm.tar.gz', 'README.md'], { cwd: workspace.path('mirror') })
  archive = await readFile(workspace.path('mirror/helm.tar.gz'))
  const result = await packageWith(wanted())
  expect(result.code).toBe(3)
  expect(result.stderr).toContain('ENOENT')
})

test('a version that is built in is held to its checksum', async () => {
  const result = await packageWith(['--helm-version=3.22'])
  expect(result.code).toBe(3)
  expect(result.stderr).toContain('it was not used')
  expect(requests).toEqual([`/mirror/helm-v3.22.0-${PLATFORM}.tar.gz`])
})

test('helm that is neither on PATH nor at the mirror: exit code 3, with the address and the fix', async () => {
  status = 404
  const result = await packageWith([])
  expect(result.code).toBe(3)
  expect(result.stderr).toMatch(
    /\/mirror\/helm-v4\.3\.0-\S+\.tar\.gz:\n {2}\S+ answered 404\.\n {2}Fix: Put/
  )
  expect(JSON.parse(result.stdout).results[0]).toMatchObject({
    status: 'failed',
    error: { exitCode: 3 }
  })
  expect(await workspace.leftovers()).toEqual([])
})

test('`timeout` limits the download: exit code 3', async () => {
  server.removeAllListeners('request')
  const result = await packageWith([...wanted(), '--timeout=1s'])
  expect(result.code).toBe(3)
  expect(result.stderr).toContain('took longer than 1 s')
  expect(result.stderr).toContain('raise --timeout')
  expect(await workspace.leftovers()).toEqual([])
})

function sha256Of(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex')
}
