import { fieldsOf, textMap } from '../chart/metadata/decode.ts'
import { DecodeError } from '../chart/metadata/untyped.ts'
import { YamlError } from '../chart/yaml/node.ts'
import { readYaml } from '../chart/yaml/read-yaml.ts'

/** An archive, as provenance has to name it. */
export interface SignedArchive {
  /** `sha256:HEX` */
  readonly digest: string
  /** By which Helm pulls it: `NAME-VERSION.tgz`. */
  readonly fileName: string
}

/**
 * Why the signed text is not about `archive`; undefined where it is. The words are Helm's (helm, pkg/provenance/sign.go,
 * Verify and ParseMessageBlock), which wants the sum under the exact name of the file.
 */
export function sumFault(
  plaintext: string,
  { digest, fileName }: SignedArchive
): string | undefined {
  const [, sums] = plaintext.split('\n...\n')
  if (sums === undefined) return 'message block must have at least two parts'
  const files = filesIn(sums)
  if (typeof files === 'string') return files
  const sum = files.get(fileName)
  if (sum === undefined) {
    const names = [...files.keys()].map((name) => `"${name}"`).join(', ')
    return `provenance does not contain a SHA for a file named "${fileName}"${names === '' ? '' : `, only for ${names}`}`
  }
  return sum === digest
    ? undefined
    : `sha256 sum does not match for ${fileName}: "${sum}" != "${digest}"`
}

function filesIn(sums: string): ReadonlyMap<string, string> | string {
  try {
    const field = fieldsOf<'files'>(readYaml(Buffer.from(sums, 'utf8')), 'sums', ['files'])
    return field('files', textMap, new Map())
  } catch (error) {
    if (error instanceof YamlError || error instanceof DecodeError) return error.message
    throw error
  }
}
