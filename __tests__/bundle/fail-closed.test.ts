import { execFileSync } from 'node:child_process'
import { constants } from 'node:fs'
import { type FileHandle, mkdir, open, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { afterEach, expect, test } from '@jest/globals'
import { FACES, type Face } from '../support/both-faces.ts'
import { endOf, expectAll, type Hazard, hasNoted } from '../support/faults/hazards.ts'
import { TestRegistry } from '../support/registry/registry.ts'
import type { Workspace } from '../support/workspace.ts'

test('every request of a publish: whatever is not answered, or half, the run ends with an error', async () => {
  const registry = await TestRegistry.start()
  const clean = await endOf('command', { codes: [0], inputs: () => hostOf(registry) })
  expect(clean).toMatchObject({ code: 0, hasError: false })
  const count = registry.requests.length
  await registry.stop()
  expect(count).toBeGreaterThan(6)
  const hazards: Record<string, Hazard> = {}
  for (let index = 0; index < count; index++) {
    for (const [number, fault] of FAULTS.entries()) {
      // Each fault at each request by one face, and each face with each fault at every other request.
      const face = FACES[(index + number) % 2] ?? 'command'
      const codes = index < count - CONFIRMATIONS ? [6, 8] : [0, 6, 8]
      const hazard = { inputs: () => ({ timeout: '2s' }), faces: [face], codes }
      hazards[`${fault} from request ${index}`] = { ...hazard, ...from(index, fault) }
    }
  }
  await expectAll(hazards)
}, 120_000)

function hostOf({ host }: TestRegistry) {
  return { registry: `${host}/charts` }
}

/** The tag was read back: the last HEADs only confirm the blobs, and no answer to them says nothing. */
const CONFIRMATIONS = 2
const FAULTS = ['hang', 'stall', 'cut', 'drop'] as const

/** From the request of that number on, each of them meets the fault. */
function from(first: number, fault: (typeof FAULTS)[number]): Pick<Hazard, 'fault'> {
  let count = 0
  return { fault: () => (count++ >= first ? fault : undefined) }
}

/** A pipe that nobody writes to, in place of a file. A signal is sent when somebody has opened it to read. */
function pipe(path: string): Pick<Hazard, 'prepare' | 'signal'> {
  return {
    prepare: (workspace) => makePipe(workspace, path),
    signal: { name: 'SIGTERM', when: (workspace) => hasReader(workspace.path(path)) }
  }
}

async function makePipe(workspace: Workspace, path: string): Promise<void> {
  await mkdir(dirname(workspace.path(path)), { recursive: true })
  await rm(workspace.path(path), { force: true })
  execFileSync('mkfifo', [workspace.path(path)])
}

const writers: FileHandle[] = []
afterEach(async () => {
  await Promise.all(writers.splice(0).map((file) => file.close()))
})

/** Opens the pipe to write, which only works when somebody reads, and keeps it open. */
async function hasReader(path: string): Promise<boolean> {
  const file = await open(path, constants.O_WRONLY | constants.O_NONBLOCK).catch(() => undefined)
  if (file) writers.push(file)
  return file !== undefined
}

test('every file that the run is to read: a pipe that nobody writes to holds nothing up', async () => {
  const file = (
    name: string,
    more: Readonly<Record<string, string>> = {},
    faces: readonly Face[] = FACES
  ): Hazard => ({
    ...pipe('named'),
    inputs: (workspace) => ({ ...more, [name]: workspace.path('named') }),
    codes: [2, 143],
    faces
  })
  /** Of the runner: what is wrong with them is noticed at once. */
  const variable = (name: string, code: number): Hazard => ({
    prepare: (workspace) => makePipe(workspace, 'named'),
    environment: (workspace) => ({ [name]: workspace.path('named') }),
    codes: [code],
    faces: ['action']
  })
  await expectAll({
    ca: file('ca'),
    'client-cert': file('client-cert'),
    'client-key': file('client-key'),
    'registry-config': file('registry-config'),
    'password-file': file('password-file', { username: 'ci' }, ['command']),
    'identity-token-file': file('identity-token-file', {}, ['command']),
    'registry-auth-file': file('registry-auth-file', {}, ['command']),
    'client-key-passphrase-file': file('client-key-passphrase-file', {}, ['command']),
    "Docker's file": { ...pipe('home/.docker/config.json'), codes: [2, 143] },
    "Helm's file": { ...pipe('home/.config/helm/registry/config.json'), codes: [2, 143] },
    "Podman's file": { ...pipe('home/.config/containers/auth.json'), codes: [2, 143] },
    REGISTRY_AUTH_FILE: {
      ...pipe('named'),
      environment: (workspace) => ({ REGISTRY_AUTH_FILE: workspace.path('named') }),
      codes: [2, 143]
    },
    'Chart.yaml': { ...pipe('chart/Chart.yaml'), codes: [4, 143] },
    'values.yaml': { ...pipe('chart/values.yaml'), codes: [3, 4, 143] },
    'an archive': { ...pipe('a.tgz'), inputs: () => ({ chart: 'a.tgz' }), codes: [2, 143] },
    'a layout': {
      ...pipe('layout/index.json'),
      inputs: () => ({ chart: 'oci-layout:layout' }),
      codes: [2, 143]
    },
    GITHUB_EVENT_PATH: {
      prepare: (workspace) => makePipe(workspace, 'named'),
      environment: (workspace) => ({
        GITHUB_SHA: '0'.repeat(40),
        GITHUB_EVENT_NAME: 'pull_request_target',
        GITHUB_EVENT_PATH: workspace.path('named')
      }),
      codes: [2]
    },
    GITHUB_OUTPUT: { ...variable('GITHUB_OUTPUT', 2), hasResults: false },
    GITHUB_STATE: variable('GITHUB_STATE', 2),
    // These never fail a run.
    GITHUB_STEP_SUMMARY: variable('GITHUB_STEP_SUMMARY', 0),
    GITHUB_ARTIFACTS: variable('GITHUB_ARTIFACTS', 0),
    GITHUB_ARTIFACTS_LIST: variable('GITHUB_ARTIFACTS_LIST', 0)
  })
}, 120_000)

/** Code that is loaded into the process before the program, to do what no input can. */
function inside(code: string): Pick<Hazard, 'prepare' | 'environment'> {
  return {
    prepare: (workspace) => workspace.write('inside', { 'code.cjs': code }),
    environment: (workspace) => ({
      NODE_OPTIONS: `--require=${workspace.path('inside/code.cjs')}`
    })
  }
}

const FS = "const fs = require('node:fs/promises');"
const NEVER = '() => new Promise(() => {})'

test('faults of the program itself: the run ends with an error, and leaves nothing', async () => {
  const reads = 'const { readFile } = require("node:fs");'
  await expectAll({
    'a promise that never settles, at the beginning': {
      ...inside(`${FS} fs.mkdtemp = ${NEVER}`),
      codes: [1]
    },
    'a promise that never settles, half-way': {
      ...inside(`${FS} fs.lstat = ${NEVER}`),
      codes: [1]
    },
    'a promise that never settles, in the report': {
      ...inside(`${FS} fs.appendFile = ${NEVER}`),
      codes: [0],
      faces: ['action']
    },
    'an error that nobody catches': {
      ...inside("setTimeout(() => { throw new Error('unforeseen') }, 700)"),
      fault: () => 'hang',
      inputs: () => ({ timeout: '30s' }),
      codes: [1]
    },
    'a rejection that nobody handles': {
      ...inside("setTimeout(() => Promise.reject(new Error('unforeseen')), 700)"),
      fault: () => 'hang',
      inputs: () => ({ timeout: '30s' }),
      codes: [1]
    },
    'a thread that hangs, and a signal': {
      ...inside(`${reads} require("node:child_process").execFileSync("mkfifo", [process.env.HOME + "/pipe"]);
        readFile(process.env.HOME + "/pipe", () => {});
        setTimeout(() => require("node:fs").writeFileSync(process.env.HOME + "/now", ""), 1000)`),
      fault: () => 'hang',
      inputs: () => ({ timeout: '30s' }),
      signal: { name: 'SIGTERM', when: hasNoted('now') },
      codes: [143]
    },
    'something that keeps the process alive when all is done': {
      ...inside('setInterval(() => {}, 1000)'),
      codes: [0]
    }
  })
}, 120_000)
