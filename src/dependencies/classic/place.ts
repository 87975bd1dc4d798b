/** An address as it is shown: without its query and login, which may be secrets. */
export function placeOf({ origin, pathname }: URL): string {
  return `${origin}${pathname}`
}

/** A repository as it is shown: as `placeOf`, without a slash at its end. */
export function repositoryText(repository: URL): string {
  return placeOf(repository).replace(/\/+$/, '')
}
