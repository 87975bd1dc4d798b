import { registerAddressLogins } from '../shared/address-logins.ts'
import type { AboutError, Logger } from '../shared/logger.ts'
import { printable } from '../shared/printable.ts'
import { registerRunnerTokens } from '../shared/runner-tokens.ts'
import { SecretRegistry, TOO_SHORT } from '../shared/secret-registry.ts'
import { type IdentitySources, takeIdentitySources } from '../sigstore/identity-sources.ts'
import { liveLine } from './live-line.ts'
import { type Message, type MessageKind, messageLines } from './message-lines.ts'
import { type MessageStyle, messageStyle } from './message-style.ts'
import { hasSwitch } from './parse-flags.ts'
import { redactStandardOutput } from './standard-output.ts'

/** The secrets of a command, its log, and where ID tokens come from. Logins in its arguments are masked first, for errors show arguments. */
export function openTerminal(args: readonly string[]): {
  readonly secrets: SecretRegistry
  readonly logger: Logger
  readonly identity: IdentitySources
} {
  const secrets = new SecretRegistry(
    () => undefined,
    () => logger.warning(TOO_SHORT)
  )
  const identity = takeIdentitySources(process.env, secrets)
  registerRunnerTokens(process.env, secrets)
  const logger = terminalLogger(secrets, {
    isDebug: hasSwitch(args, 'debug'),
    isQuiet: hasSwitch(args, 'quiet'),
    style: messageStyle(args)
  })
  redactStandardOutput(secrets)
  for (const argument of args) registerAddressLogins(argument, secrets)
  return { secrets, logger, identity }
}

interface LogOptions {
  readonly isDebug: boolean
  /** Whether only warnings and errors are logged. */
  readonly isQuiet: boolean
  readonly style: MessageStyle
}

/** Logs to standard error: every line redacted and made safe, grouped lines indented. */
function terminalLogger(secrets: SecretRegistry, { isDebug, isQuiet, style }: LogOptions): Logger {
  let indent = ''
  const clean = (text: string) => printable(secrets.redact(text))
  const live = isQuiet ? undefined : liveLine()
  const write = (lines: readonly string[]) => {
    const print = () => process.stderr.write(lines.map((line) => `${indent}${line}\n`).join(''))
    if (live) live.above(print)
    else print()
  }
  const print = (text: string) => write([clean(text)])
  const say = (kind: MessageKind, text: string, about: AboutError = {}) => {
    const message = messageParts(text, about, clean)
    write(messageLines(kind, message, { ...style, indent: indent.length }))
  }
  const info = (text: string) => (isQuiet ? undefined : print(text))
  return {
    debug: (text) => (isDebug ? print(text) : undefined),
    ...{ info, detail: info },
    live: live && ((about, text) => live.set(about, text && clean(text))),
    notice: (text) => (isQuiet ? undefined : say('Note', text)),
    warning: (text, about) => say('Warning', text, { place: about?.place }),
    error: (text, about) => {
      // It ended the run, and with it the group and the progress of work that was left behind.
      indent = ''
      live?.end()
      say('Error', text, about)
    },
    group: async (title, body) => {
      if (isQuiet) return body()
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

function messageParts(
  text: string,
  { why, fix, place }: AboutError,
  clean: (text: string) => string
): Message {
  const at = place && `${place.file}${place.line === undefined ? '' : `:${place.line}`}`
  return {
    text: clean(text),
    why: why === undefined ? undefined : clean(why),
    fix: fix === undefined ? undefined : clean(fix),
    place: at === undefined ? undefined : clean(at)
  }
}
