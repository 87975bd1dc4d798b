/** Why a git repository, or a part of it, cannot be read. The message goes into a sentence after "because". */
export class UnreadableRepository extends Error {
  override readonly name = 'UnreadableRepository'
}
