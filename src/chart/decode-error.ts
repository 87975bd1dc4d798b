/** A value that Go's encoding/json would refuse to put into the field of that path. */
export class DecodeError extends Error {
  override readonly name = 'DecodeError'
}
