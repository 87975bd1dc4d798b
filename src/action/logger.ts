import { isAbsolute, relative, resolve, sep } from 'node:path'
import * as core from '@actions/core'
import type { SourceLocation } from '../shared/failure.ts'
import { type About, errorLine, type Logger } from '../shared/logger.ts'
import { printable } from '../shared/printable.ts'
import type { SecretRegistry } from '../shared/secret-registry.ts'

/** Logs to the workflow: every line redacted and made safe, warnings and notices as annotations. */
export function workflowLogger(secrets: SecretRegistry): Logger {
  const clean = cleaner(secrets)
  const workspace = process.env['GITHUB_WORKSPACE']
  const properties = ({ title, place }: About = {}) => ({
    ...(title === undefined ? {} : { title: clean(title) }),
    ...(place && workspace ? placeProperties(place, workspace, clean) : {})
  })
  return {
    debug: (text) => core.debug(clean(text)),
    info: (text) => core.info(clean(text)),
    detail: (text) => core.info(clean(text)),
    notice: (text, about) => core.notice(clean(text), properties(about)),
    warning: (text, about) => core.warning(clean(text), properties(about)),
    error: (text, about) => core.error(clean(errorLine(text, about)), properties(about)),
    group: (title, body) => core.group(clean(title), body)
  }
}

/** Makes any text one line that is safe to print and holds no secret. */
export function cleaner(secrets: SecretRegistry): (text: string) => string {
  return (text) => printable(secrets.redact(text))
}

/** GitHub shows files of the workspace alone, by their paths in it. */
function placeProperties(
  { file, line }: SourceLocation,
  workspace: string,
  clean: (text: string) => string
): core.AnnotationProperties {
  const path = relative(resolve(workspace), resolve(file))
  const isOutside = path === '..' || path.startsWith(`..${sep}`) || isAbsolute(path)
  if (isOutside) return {}
  return { file: clean(path), ...(line === undefined ? {} : { startLine: line }) }
}
