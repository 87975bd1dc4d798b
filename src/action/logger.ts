import * as core from '@actions/core'
import type { Logger } from '../shared/logger.ts'
import { printable } from '../shared/printable.ts'
import type { SecretKeeper } from '../shared/secret-keeper.ts'

/** Logs to the workflow: every line redacted and made safe, warnings and notices as annotations. */
export function workflowLogger(secrets: SecretKeeper): Logger {
  const clean = (text: string) => printable(secrets.redact(text))
  return {
    debug: (text) => core.debug(clean(text)),
    info: (text) => core.info(clean(text)),
    notice: (text) => core.notice(clean(text)),
    warning: (text) => core.warning(clean(text)),
    error: (text) => core.error(clean(text)),
    group: (title, body) => core.group(clean(title), body)
  }
}
