/** What is to be done with a repository. */
export type Access = 'pull' | 'pull,push'

// Quay answers 400 to actions that it does not know, such as stars in lists.
const ACTION = /^[a-z][a-z0-9_-]*$/
/** What a token must not be good for, whatever the challenge says. */
const NEVER: Readonly<Record<Access, readonly string[]>> = {
  pull: ['push', 'delete'],
  'pull,push': ['delete']
}

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
  const granted = wanted.filter((action) => ACTION.test(action) && !NEVER[access].includes(action))
  const actions = new Set([...access.split(','), ...granted.sort()])
  return `repository:${repository}:${[...actions].join(',')}`
}

/** The actions that `text` names for the repository. Its name may hold a host with a port. */
function actionsFor(repository: string, text: string): readonly string[] {
  const prefix = `repository:${repository}:`
  if (!text.startsWith(prefix)) return []
  return text.slice(prefix.length).split(',')
}
