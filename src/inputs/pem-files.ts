import { Failure, failureOf, type Problem } from '../shared/failure.ts'
import { fileFault } from '../shared/file-fault.ts'
import { readInputFile } from '../shared/input-file.ts'
import { input } from '../shared/input-name.ts'
import type { Secret } from '../shared/secret.ts'
import type { SecretRegistry } from '../shared/secret-registry.ts'
import { textOf, withoutByteOrderMark } from '../shared/secret-text.ts'
import { type NameOf, namesOf } from './table/table.ts'
import type { InputTexts } from './values.ts'

/** The texts of the inputs with PEM text in place of paths. @throws Failure usage, with every file that cannot be read */
export async function readPemFiles(texts: InputTexts, signal: AbortSignal): Promise<InputTexts> {
  const problems: Problem[] = []
  const read: { [name in NameOf<'pem'>]?: string } = {}
  for (const name of namesOf('pem')) {
    const path = texts[name]?.trim()
    if (!path || isPem(path)) continue
    const { content, fault } = await readText(path, signal)
    const message = `${input(name)} names the file "${path}", which cannot be read: ${fault}.`
    if (content === undefined) problems.push({ message, fix: fixFor(name) })
    else read[name] = content
  }
  if (problems.length > 0) throw failureOf('usage', problems)
  return { ...texts, ...read }
}

/**
 * Reads a private key, given as PEM text or as the path of a file; every form of it is masked. What is neither
 * may be a key in another form: it is masked as well, and not shown.
 * @throws Failure usage, when it is neither
 */
export async function readPrivateKey(
  { name, text }: { readonly name: NameOf<'secret-pem'>; readonly text: string },
  secrets: SecretRegistry,
  signal: AbortSignal
): Promise<Secret | undefined> {
  if (text.trim() === '') return undefined
  if (isPem(text)) return secrets.register(text)
  const { content, fault } = await readText(text.trim(), signal)
  if (content !== undefined) return secrets.register(content)
  secrets.register(text)
  const message = `${input(name)} is neither PEM text nor the path of a readable file: ${fault}.`
  throw new Failure('usage', { message, fix: fixFor(name) })
}

interface Read {
  /** Undefined when the file cannot be read; `fault` says why. */
  readonly content?: string
  readonly fault?: string
}

async function readText(path: string, signal: AbortSignal): Promise<Read> {
  try {
    return { content: withoutByteOrderMark(textOf(await readInputFile(path, { signal }))) }
  } catch (error) {
    signal.throwIfAborted()
    return { fault: fileFault(error) }
  }
}

function fixFor(name: string): string {
  return `Set ${input(name)} to PEM text, or to the path of a readable file.`
}

function isPem(text: string): boolean {
  return text.includes('-----BEGIN ')
}
