/** YAML that Helm could not read. The message is one sentence fragment with the line, where known. */
export class YamlError extends Error {
  override readonly name = 'YamlError'
  /** Counted from 1; undefined where it is not known. */
  readonly line: number | undefined

  constructor(message: string, line?: number) {
    super(message)
    this.line = line
  }
}

/** @param line counted from 0 */
export function yamlError(line: number, why: string): YamlError {
  return new YamlError(`line ${line + 1}: ${why}`, line + 1)
}
