import type { MachineRepository } from './machine-entry.ts'

/**
 * The repository of the machine with that URL, as Helm compares them (helm, internal/urlutil, Equal): a slash at the end,
 * `//` and `/./` make no difference, nor, unlike there, the case of the host and the port that the scheme implies. A part
 * of a URL is another one. Of several entries the first with a login or a client certificate, else the first.
 */
export function findByUrl(
  repositories: readonly MachineRepository[],
  url: string
): MachineRepository | undefined {
  const wanted = comparable(url)
  if (wanted === undefined) return undefined
  const found = repositories.filter((repository) => comparable(repository.url) === wanted)
  return found.find(({ login, certFile }) => login ?? certFile) ?? found[0]
}

/** The repository of the machine with that name: of several the first, as in Helm. */
export function findByName(
  repositories: readonly MachineRepository[],
  name: string
): MachineRepository | undefined {
  return repositories.find((repository) => repository.name === name)
}

/** The same text for URLs that mean one repository; undefined for what is no URL, or has a login in it. */
function comparable(text: string): string | undefined {
  // URL would leave blanks and line breaks out.
  if (/[\s\p{Cc}]/u.test(text) || !URL.canParse(text)) return undefined
  const { protocol, username, password, host, pathname, search, hash } = new URL(text)
  if (username !== '' || password !== '') return undefined
  const path = pathname.replace(/\/{2,}/g, '/').replace(/\/$/, '')
  return `${protocol}//${host}${path}${search}${hash}`
}
