import { withoutLogin } from '../../oci/spec/reference.ts'
import type { Problem } from '../../shared/failure.ts'

/**
 * What is wrong with an entry of `chart` that is a URL, or names an archive of a kind that is not read. A user and a
 * query, which may have a secret, are not shown.
 */
export function remoteProblem(entry: string): Problem | undefined {
  const [, scheme] = /^([a-z][a-z0-9+.-]*):\/\//i.exec(entry) ?? /^(oci-archive):/.exec(entry) ?? []
  if (scheme === undefined) return undefined
  const shown = withoutLogin(entry).replace(/[?#].*$/s, '')
  const message = `The chart "${shown}" is not a path of this machine; charts are taken from directories, archives (.tgz) and OCI image layouts.`
  return { message, fix: REMOTE_FIXES.get(scheme.toLowerCase()) ?? DOWNLOAD }
}

const DOWNLOAD = 'Download it in an earlier step, and give `chart` its path.'
const REMOTE_FIXES: ReadonlyMap<string, string> = new Map([
  ['oci', 'Run `helm pull` in an earlier step, and give `chart` the path of the archive.'],
  ['oci-archive', 'Unpack it, and give `chart` its folder as `oci-layout:FOLDER`.'],
  ['file', 'Give `chart` the path only.']
])
