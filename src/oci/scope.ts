/** What is to be done with a repository. */
export type Access = 'pull' | 'pull,push'

// Quay answers 400 to actions that it does not know; a token that may delete is never needed.
const ACTION = /^[a-z][a-z0-9_-]*$/
const NEVER = ['delete']

/**
 * The scope to ask a token service for (distribution, "Token Scope Documentation"): one repository,
 * once, with what we need and what the challenge wants beyond that. Scopes of the challenge that name
 * anything else, `*` or nothing are not asked for: a registry must not choose whose token we fetch.
 */
export function scopeFor(
  repository: string,
  access: Access,
  challenged: string | undefined
): string {
  const wanted = (challenged ?? '').split(/\s+/).flatMap((text) => actionsFor(repository, text))
  const actions = new Set([...access.split(','), ...wanted.toSorted()])
  return `repository:${repository}:${[...actions].join(',')}`
}

/** The actions that `text` names for the repository. Its name may hold a host with a port. */
function actionsFor(repository: string, text: string): readonly string[] {
  const prefix = `repository:${repository}:`
  if (!text.startsWith(prefix)) return []
  const actions = text.slice(prefix.length).split(',')
  return actions.filter((action) => ACTION.test(action) && !NEVER.includes(action))
}
