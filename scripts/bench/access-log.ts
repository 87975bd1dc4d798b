/** A request in the access log of distribution: `PUT manifest 201`. */
const LINE = /"([A-Z]+) (\/v2\/\S*) HTTP\/[\d.]+" (\d{3}) /g

/** The requests in a log, in the order in which they ended. */
export function requestsIn(log: string): readonly string[] {
  return [...log.matchAll(LINE)].map(([, method = '', path = '', status = '']) => {
    return `${method} ${kindOf(path)} ${status}`
  })
}

/** How many tokens docker_auth has given out. */
export function tokensIn(log: string): number {
  return log.split('New token for ').length - 1
}

function kindOf(path: string): string {
  const [, kind] = /\/(manifests|blobs\/uploads|blobs|tags|referrers)\//.exec(path) ?? []
  switch (kind) {
    case 'manifests':
      return 'manifest'
    case 'blobs':
      return 'blob'
    case 'blobs/uploads':
      return 'upload'
    default:
      return kind ?? 'ping'
  }
}
