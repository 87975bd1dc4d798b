import { expect, test } from '@jest/globals'
import { chartFiles } from '../support/charts/charts.ts'
import { CLI, environmentIn, run } from '../support/program.ts'
import { useRegistries } from '../support/registry/servers.ts'
import { useWorkspace } from '../support/workspace.ts'

const workspace = useWorkspace()
const startRegistry = useRegistries()
const LOGIN = { kind: 'basic', username: 'ci', password: 'a-password' } as const

/** Publishes by a line of bash, in which `$publish` is the command to a registry that wants a login. */
async function publishBy(line: string) {
  const registry = await startRegistry({ auth: LOGIN })
  await workspace.write('chart', chartFiles())
  const flags = `--registry=${registry.host}/charts --plain-http`
  const command = `'${process.execPath}' '${CLI}' publish chart ${flags}`
  const environment = { ...environmentIn(workspace), HOST: registry.host }
  const script = `publish="${command}"; ${line}`
  return run('bash', ['-c', script], { environment, directory: workspace.path() })
}

test.each([
  ['process substitution', 'eval $publish --username=ci --password-file <(echo a-password)'],
  [
    'standard input as a file',
    'echo a-password | eval $publish --username=ci --password-file /dev/stdin'
  ],
  ['standard input', 'echo a-password | eval $publish --username=ci --password-stdin'],
  ['standard input from a file', 'eval $publish --username=ci --password-stdin <<< a-password'],
  ['another descriptor', 'eval $publish --username=ci --password-file /dev/fd/3 3<<< a-password'],
  [
    'a pipe with a name, whose writer comes late',
    'mkfifo p; (sleep 1; echo a-password > p) & eval $publish --username=ci --password-file p'
  ],
  [
    'process substitution for other files',
    `eval $publish --registry-auth-file <(echo "$HOST: {username: ci, password: a-password}")`
  ]
])('a secret is read from %s', async (_, line) => {
  expect(await publishBy(line)).toMatchObject({ code: 0 })
})

test.each([
  ['a device without an end', '--password-file /dev/zero', 'it has more than 4194304 bytes'],
  ['standard input without an end', '--password-stdin < /dev/zero', 'it has more than 4194304'],
  ['a directory', '--password-file .', 'EISDIR'],
  ['nothing', '--password-file missing', 'ENOENT'],
  ['standard input that is closed', '--password-stdin <&-', '--password-stdin is missing or empty'],
  [
    'a command that writes nothing',
    '--password-file <(true)',
    '--password-file is missing or empty'
  ]
])('%s gives no password: exit code 2', async (_, flags, message) => {
  const { code, stderr } = await publishBy(`eval $publish --username=ci ${flags}`)
  expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining(message) })
})

test('a signal ends the waiting for standard input', async () => {
  const line =
    'exec 3< <(exec sleep 60); sleeper=$!; eval "exec $publish --username=ci --password-stdin --json" <&3 & run=$!'
  const { stdout, stderr } = await publishBy(
    `${line}; sleep 2; kill -TERM $run; wait $run; echo "code $?"; kill $sleeper`
  )
  expect(stdout).toContain('code 143')
  expect(stdout).toContain('"exitCode": 143')
  expect(stderr).toContain('Error: Ended by SIGTERM.')
})
