import { Failure, problemOf } from '../shared/failure.ts'
import { input } from '../shared/input-name.ts'

/** A registry that Chart.yaml names. */
interface NamedRegistry {
  readonly host: string
  /** Whether the login of the inputs is for it, too. */
  readonly isOwn: boolean
}

/**
 * What a registry of a dependency was found at fault for, with a fix that helps: Chart.yaml names the registry, not an
 * input, and the login of the inputs goes to the registries of the inputs only.
 */
export function asDependency(error: unknown, { host, isOwn }: NamedRegistry): unknown {
  if (!(error instanceof Failure) || error.problems.length > 1) return error
  const problem = problemOf(error)
  const place = renamed(problem.fix, 'registry', '`repository` of the dependency')
  const fix = isOwn ? place : withOtherLogin(place, host)
  return fix === problem.fix ? error : new Failure(error.kind, { ...problem, fix }, error)
}

function withOtherLogin(fix: string, host: string): string {
  const [username, password, auth] = [input('username'), input('password'), input('registry-auth')]
  const entry = fix.replace(`Set ${username} and ${password}, or add`, `Add`)
  if (!entry.includes(username) && !entry.includes(password)) return entry
  const keys = renamed(renamed(entry, 'username', '`username`'), 'password', '`password`')
  return `${keys} The login of a dependency belongs in ${auth}, under ${host}.`
}

/** The name of an input is not the beginning of another one. */
function renamed(text: string, name: string, by: string): string {
  const pattern = new RegExp(`${input(name)}(?![\\w-])`, 'g')
  return text.replace(pattern, by)
}
