import { readFile } from 'node:fs/promises'
import { text } from 'node:stream/consumers'
import { codeOf, Failure } from '../shared/failure.ts'
import type { Secret } from '../shared/secret.ts'
import type { SecretKeeper } from '../shared/secret-keeper.ts'

const VARIABLE = 'PUBLISH_HELM_CHART_PASSWORD'

/**
 * The password from standard input, a file, or the environment, which it leaves. One final line
 * end is dropped, as helm and docker do.
 * @throws Failure usage, when several sources are given or one cannot be read
 */
export async function readPassword(
  flags: ReadonlyMap<string, string>,
  secrets: SecretKeeper
): Promise<Secret | undefined> {
  const variable = process.env[VARIABLE]
  delete process.env[VARIABLE]
  const keep = (value: string) => {
    const password = value.replace(/\r?\n$/, '')
    return password === '' ? undefined : secrets.keep(password)
  }
  const fromVariable = variable === undefined ? undefined : keep(variable)
  const file = flags.get('password-file')
  if (flags.get('password-stdin') !== 'true') {
    return file === undefined
      ? fromVariable
      : keep(await readSource(readFile(file, 'utf8'), '--password-file'))
  }
  if (file !== undefined || fromVariable)
    throw ambiguous(file === undefined ? VARIABLE : '--password-file')
  return keep(await readSource(text(process.stdin), '--password-stdin'))
}

async function readSource(source: Promise<string>, flag: string): Promise<string> {
  return source.catch((error: unknown) => {
    const message = `${flag}: the password cannot be read: ${codeOf(error) ?? 'unknown error'}.`
    throw new Failure('usage', { message, fix: 'Give a source that can be read.' }, error)
  })
}

function ambiguous(other: string): Failure {
  const message = `The password comes from --password-stdin and from ${other} at once.`
  return new Failure('usage', { message, fix: 'Give one of them.' })
}
