/** A value that Go's encoding/json would refuse to put into the field of that path, such as `Metadata.sources[0]`. */
export class DecodeError extends Error {
  override readonly name = 'DecodeError'
  readonly path: string

  constructor(path: string, fault: string) {
    super(`${path} ${fault}`)
    this.path = path
  }
}
