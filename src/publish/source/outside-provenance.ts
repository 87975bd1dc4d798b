import { realpath } from 'node:fs/promises'
import { dirname } from 'node:path'
import { Failure } from '../../shared/failure.ts'
import { isWithin, workTreeOf } from './work-tree.ts'

/**
 * Refuses the provenance of an archive where it is a link out of the work tree: it would be published as it is, and the user
 * has named the archive only. The archive itself may be a link.
 * @throws Failure chart
 */
export async function refuseOutsideProvenance(archive: string): Promise<void> {
  const path = `${archive}.prov`
  const target = await realpath(path).catch(() => undefined)
  if (target === undefined) return
  const folder = await realpath(dirname(archive))
  if (dirname(target) === folder) return
  const workTree = await workTreeOf(folder, folder)
  if (isWithin(target, workTree)) return
  const message = `The provenance "${path}" is a link out of the work tree "${workTree}", to "${target}", which would be published.`
  const fix =
    'Put the file itself next to the archive. If it is meant to be published, set `allow-outside-files: true`.'
  throw new Failure('chart', { message, fix })
}
