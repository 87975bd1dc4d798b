/** An index.yaml that cannot be used. The message is the rest of a sentence that begins with "The index". */
export class IndexError extends Error {
  override readonly name = 'IndexError'
}
