import type { About, Logger } from '../shared/logger.ts'
import { printable } from '../shared/printable.ts'
import type { SecretKeeper } from '../shared/secret-keeper.ts'

/** Logs to standard error: every line redacted and made safe, grouped lines indented. */
export function terminalLogger(secrets: SecretKeeper, debug: boolean): Logger {
  let indent = ''
  const print = (text: string) => {
    process.stderr.write(`${indent}${printable(secrets.redact(text))}\n`)
  }
  const printAt = (text: string, { place }: About = {}) => {
    print(text)
    if (place) print(`  at ${place.file}:${place.line}`)
  }
  return {
    debug: (text) => (debug ? print(text) : undefined),
    info: print,
    notice: (text) => print(`Note: ${text}`),
    warning: (text, about) => printAt(`Warning: ${text}`, about),
    error: (text, about) => {
      // It ended the run, and with it the group of work that was left behind.
      indent = ''
      printAt(`Error: ${text}`, about)
    },
    group: async (title, body) => {
      print(title)
      indent = '  '
      try {
        return await body()
      } finally {
        indent = ''
      }
    }
  }
}
