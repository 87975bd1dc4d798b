/** Why a git repository, or a part of it, cannot be read. The message is a clause without a full stop. */
export class UnreadableRepository extends Error {
  override readonly name = 'UnreadableRepository'
}
