import { yamlError } from './error.ts'
import type { Scanner } from './scanner.ts'
import type { TagDirective, TagToken, VersionDirective } from './token.ts'

/** What stands before the content of a node. */
export interface NodeProperties {
  readonly anchor: string | undefined
  /** The whole tag; empty without one. */
  readonly tag: string
}

const DEFAULT_HANDLES = [
  ['!', '!'],
  ['!!', 'tag:yaml.org,2002:']
] as const

/** Prefixes of tags by their handles. */
export type TagHandles = ReadonlyMap<string, string>

/** Takes the directives of a document. @throws YamlError */
export function takeDirectives(scanner: Scanner): TagHandles {
  const handles = new Map<string, string>()
  let hasVersion = false
  for (;;) {
    const token = scanner.peek()
    if (token.kind === 'tag-directive') addHandle(handles, token)
    else if (token.kind === 'version-directive') {
      requireVersion(token, hasVersion)
      hasVersion = true
    } else break
    scanner.skip()
  }
  return new Map([...DEFAULT_HANDLES, ...handles])
}

function requireVersion({ version, line }: VersionDirective, hasVersion: boolean): void {
  if (hasVersion) throw yamlError(line, 'found a second %YAML directive')
  if (version !== '1.1') throw yamlError(line, `Helm reads YAML 1.1, not ${version}`)
}

function addHandle(handles: Map<string, string>, { handle, prefix, line }: TagDirective): void {
  if (handles.has(handle)) throw yamlError(line, `found a second %TAG directive for "${handle}"`)
  handles.set(handle, prefix)
}

/** Takes anchor and tag, in either order. @throws YamlError */
export function takeProperties(scanner: Scanner, handles: TagHandles): NodeProperties {
  let anchor: string | undefined
  let tag: TagToken | undefined
  for (;;) {
    const token = scanner.peek()
    if (token.kind === 'anchor' && anchor === undefined) anchor = token.name
    else if (token.kind === 'tag' && !tag) tag = token
    else break
    scanner.skip()
  }
  return { anchor, tag: tag ? wholeTag(tag, handles) : '' }
}

function wholeTag({ handle, suffix, line }: TagToken, handles: TagHandles): string {
  if (handle === '') return suffix
  const prefix = handles.get(handle)
  if (prefix === undefined) throw yamlError(line, `found the undefined tag handle "${handle}"`)
  return prefix + suffix
}
