import { keepAddressLogins } from '../shared/address-logins.ts'
import type { About, Logger } from '../shared/logger.ts'
import { printable } from '../shared/printable.ts'
import { keepRunnerTokens } from '../shared/runner-tokens.ts'
import { SecretKeeper, TOO_SHORT } from '../shared/secret-keeper.ts'
import { LiveLine } from './live-line.ts'
import { hasSwitch } from './parse-flags.ts'
import { redactStandardOutput } from './standard-output.ts'

/** The secrets of a command and its log. Logins in its arguments are masked first, for errors show arguments. */
export function openTerminal(args: readonly string[]): {
  readonly secrets: SecretKeeper
  readonly logger: Logger
} {
  const secrets = new SecretKeeper(
    () => undefined,
    () => logger.warning(TOO_SHORT)
  )
  keepRunnerTokens(process.env, secrets)
  const logger = terminalLogger(secrets, hasSwitch(args, 'debug'))
  redactStandardOutput(secrets)
  for (const argument of args) keepAddressLogins(argument, secrets)
  return { secrets, logger }
}

/** Logs to standard error: every line redacted and made safe, grouped lines indented. */
function terminalLogger(secrets: SecretKeeper, debug: boolean): Logger {
  let indent = ''
  const clean = (text: string) => printable(secrets.redact(text))
  const live = liveLine()
  const print = (text: string) => {
    const write = () => process.stderr.write(`${indent}${clean(text)}\n`)
    if (live) live.above(write)
    else write()
  }
  const printAt = (text: string, { place }: About = {}) => {
    print(text)
    if (place) print(`  at ${place.file}:${place.line}`)
  }
  return {
    debug: (text) => (debug ? print(text) : undefined),
    info: print,
    live: live && ((about, text) => live.set(about, text && clean(text))),
    notice: (text) => print(`Note: ${text}`),
    warning: (text, about) => printAt(`Warning: ${text}`, about),
    error: (text, about) => {
      // It ended the run, and with it the group and the progress of work that was left behind.
      indent = ''
      live?.end()
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

/** Undefined where lines stay: in CI, in files and in pipes. */
function liveLine(): LiveLine | undefined {
  const { stderr, env } = process
  if (!stderr.isTTY || env['CI']) return undefined
  return new LiveLine({ write: (text) => stderr.write(text), columns: () => stderr.columns || 80 })
}
