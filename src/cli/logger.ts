import type { Logger } from '../shared/logger.ts'
import { printable } from '../shared/printable.ts'
import type { SecretKeeper } from '../shared/secret-keeper.ts'

/** Logs to standard error: every line redacted and made safe, grouped lines indented. */
export function terminalLogger(secrets: SecretKeeper, debug: boolean): Logger {
  let indent = ''
  const print = (text: string) => {
    process.stderr.write(`${indent}${printable(secrets.redact(text))}\n`)
  }
  return {
    debug: (text) => (debug ? print(text) : undefined),
    info: print,
    notice: (text) => print(`Note: ${text}`),
    warning: (text) => print(`Warning: ${text}`),
    error: (text) => print(`Error: ${text}`),
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
