import { copyFile, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, expect, test } from '@jest/globals'
import { bundleProgram, LIBRARY } from '../support/bundled-program.ts'
import { chartFiles } from '../support/charts/charts.ts'
import { CLI, environmentIn, run } from '../support/program.ts'
import { useWorkspace } from '../support/workspace.ts'

const ROOT = join(import.meta.dirname, '../..')

const workspace = useWorkspace()

beforeEach(async () => {
  await workspace.write('chart', chartFiles())
})

function node(...args: readonly string[]) {
  const environment = environmentIn(workspace)
  return run(process.execPath, args, { environment, directory: workspace.path() })
}

test('the library is the file of its package, byte for byte', async () => {
  const original = join(ROOT, 'node_modules/openpgp/dist/node/openpgp.cjs')
  expect((await readFile(LIBRARY)).equals(await readFile(original))).toBe(true)
})

test('the program without it packages charts', async () => {
  const program = await workspace.write('program', { 'cli.cjs': await readFile(CLI) })
  const { code, stdout } = await node(join(program, 'cli.cjs'), 'package', 'chart', '--json')
  expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringContaining('packaged') })
})

test.each([
  ['packages', ['package', 'chart']],
  ['inspects', ['inspect', 'chart']],
  ['helps', ['help']]
])('a program that %s does not load it', async (_, args) => {
  const trap = "require('node:fs').writeFileSync('loaded', ''); throw new Error('loaded')"
  const files = { 'cli.cjs': await readFile(CLI), 'openpgp.cjs': trap }
  const program = await workspace.write('program', files)
  expect(await node(join(program, 'cli.cjs'), ...args)).toMatchObject({ code: 0 })
  await expect(readFile(workspace.path('loaded'))).rejects.toThrow('ENOENT')
})

const ENTRY = `
  import { verifyProvenance } from 'src/pgp/verify-provenance.ts'
  const provenance = Buffer.from('-----BEGIN PGP SIGNED MESSAGE-----\\n\\n-----BEGIN PGP SIGNATURE-----\\n-----END PGP SIGNATURE-----\\n')
  const given = { provenance, archive: { digest: '', fileName: '' }, keyring: [] }
  verifyProvenance(given).then(console.log, ({ exitCode, message, fix }) => {
    console.log(message, fix)
    process.exitCode = exitCode
  })`

test('a program that verifies loads it from the file beside it, and names that file when it is missing', async () => {
  const program = await bundleProgram(workspace, ENTRY)
  const without = await node(program)
  expect(without.stdout).toContain('PGP signatures need the file openpgp.cjs, which is missing')
  expect(without.code).toBe(9)
  await copyFile(LIBRARY, workspace.path('program/openpgp.cjs'))
  const { code, stdout } = await node(program)
  expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining("kind: 'invalid'") })
  expect((await readFile(program)).length).toBeLessThan(1_000_000)
})
