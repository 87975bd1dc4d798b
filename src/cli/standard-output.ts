import { visibleLines } from '../shared/printable.ts'
import type { SecretRegistry } from '../shared/secret-registry.ts'
import { replaceStandardOutput } from '../shared/standard-output.ts'

const DEBUG_COMMAND = /^::debug::/

/**
 * Keeps standard output for the result: what libraries made for GitHub Actions print there goes to
 * standard error, line by line made safe, without their debug commands. Returns the way to print the result.
 */
export function reserveStandardOutput(): (text: string) => void {
  const print = process.stdout.write.bind(process.stdout)
  replaceStandardOutput(() => (text, done) => {
    return process.stderr.write(DEBUG_COMMAND.test(text) ? '' : visibleLines(text), done)
  })
  return (text) => {
    print(text)
  }
}

/** From now on what libraries print has no secrets in it. The result is not printed this way. */
export function redactStandardOutput(secrets: SecretRegistry): void {
  const write = process.stdout.write.bind(process.stdout)
  process.stdout.write = (chunk: string | Uint8Array): boolean => {
    return write(secrets.redact(chunk.toString()))
  }
}
