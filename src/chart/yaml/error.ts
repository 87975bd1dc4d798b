/** YAML that Helm could not read. The message is one sentence fragment with the line, where known. */
export class YamlError extends Error {
  override readonly name = 'YamlError'
}

/** @param line counted from 0 */
export function yamlError(line: number, why: string): YamlError {
  return new YamlError(`line ${line + 1}: ${why}`)
}
