import { isUtf8 } from 'node:buffer'
import { type Decoder, fieldsOf, mismatch, text } from '../../chart/metadata/decode.ts'
import { DecodeError } from '../../chart/metadata/untyped.ts'
import { NULL, YamlError, type YamlValue } from '../../chart/yaml/node.ts'
import { readYaml } from '../../chart/yaml/read-yaml.ts'
import { decodeEntries, type IndexEntries } from './index-entry.ts'
import { IndexError } from './index-error.ts'
import { cutJsonIndex } from './index-json.ts'
import { MOST_PARSED } from './index-list.ts'
import { cutYamlIndex } from './index-yaml.ts'
import { jsonValue } from './json-value.ts'

/** Many times the 12 MB of large public ones; helm knows no limit. Read without a parse, it takes little more memory. */
export const LARGEST_INDEX_BYTES = 200 * 1024 * 1024
/** What ends a line in YAML 1.1 beside `\n`, as bytes: `\r`, and the signs U+0085, U+2028 and U+2029. */
const LINE_END = /\r\n?|\xc2\x85|\xe2\x80[\xa8\xa9]/g

/**
 * Reads from an index.yaml what a repository has of the charts `names`; a chart that it does not have is absent. The
 * rest is passed over: an index may have many megabytes, and helm takes seconds and much memory for one.
 * @param bytes the file, decompressed
 * @throws IndexError
 */
export function readIndex(
  bytes: Buffer,
  names: readonly string[]
): ReadonlyMap<string, IndexEntries> {
  if (bytes.length === 0) throw new IndexError('is empty.')
  if (bytes.length > LARGEST_INDEX_BYTES)
    throw new IndexError(`has more than ${LARGEST_INDEX_BYTES} bytes.`)
  if (isWebPage(bytes)) throw new IndexError('is a web page, such as a login page.')
  try {
    return decodeLists(findLists(bytes, [...new Set(names)]))
  } catch (error) {
    if (error instanceof YamlError || error instanceof DecodeError)
      throw new IndexError(`cannot be read: ${error.message}.`)
    throw error
  }
}

/** Whether an answer is a page of HTML or XML, in place of an index or an archive. */
export function isWebPage(bytes: Buffer): boolean {
  return /^(?:\ufeff)?\s*<(?:!doctype|html|\?xml)/i.test(bytes.toString('utf8', 0, 200))
}

type Lists = ReadonlyMap<string, YamlValue>

function findLists(bytes: Buffer, names: readonly string[]): Lists {
  const marked = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf
  const raw = bytes.toString('latin1', marked ? 3 : 0)
  const isText = isUtf8(bytes)
  const lists = isText ? (!marked && jsonLists(raw, names)) || yamlLists(raw, names) : undefined
  return lists ?? parsedLists(bytes, names)
}

function jsonLists(raw: string, names: readonly string[]): Lists | undefined {
  if (!/^[ \t\n\r]*\{/.test(raw.slice(0, 1000))) return undefined
  const cut = cutJsonIndex(raw, names)
  if (!cut) return undefined
  const lists = new Map<string, YamlValue>()
  for (const [name, json] of cut.lists) {
    const value = jsonValue(Buffer.from(json, 'latin1'))
    if (!value) return undefined
    lists.set(name, value)
  }
  requireApiVersion(
    cut.apiVersion === undefined ? NULL : jsonValue(Buffer.from(cut.apiVersion, 'latin1'))
  )
  return lists
}

function yamlLists(raw: string, names: readonly string[]): Lists | undefined {
  const lines = /\r|\xc2\x85|\xe2\x80[\xa8\xa9]/.test(raw) ? raw.replace(LINE_END, '\n') : raw
  const blocks = cutYamlIndex(lines.endsWith('\n') ? lines : `${lines}\n`, names)
  if (!blocks) return undefined
  return new Map([...blocks].map(([name, block]) => [name, listOf(name, block)]))
}

/** The lines that YAML errors name are those of the block: they would mislead. */
function listOf(name: string, block: Buffer): YamlValue {
  try {
    const value = readYaml(block)
    return (value.kind === 'map' && value.entries.get('versions')) || NULL
  } catch (error) {
    if (!(error instanceof YamlError)) throw error
    throw new IndexError(
      `cannot be read at the chart "${name}": ${error.message.replace(/^line \d+: /, '')}.`
    )
  }
}

const FIELDS = ['apiVersion', 'entries'] as const

/** By a parse of all of it. */
function parsedLists(bytes: Buffer, names: readonly string[]): Lists {
  if (bytes.length > MOST_PARSED) {
    const shape = 'does not have the form that `helm repo index` writes'
    throw new IndexError(`${shape}, and has more than ${MOST_PARSED} bytes.`)
  }
  const field = fieldsOf<(typeof FIELDS)[number]>(readYaml(bytes), 'IndexFile', FIELDS)
  requireApiVersion({ kind: 'string', value: field('apiVersion', text, '') })
  const all = field('entries', lists, new Map<string, YamlValue>())
  return new Map([...all].filter(([name]) => names.includes(name)))
}

const lists: Decoder<Lists> = (value, path) => {
  if (value.kind === 'null') return new Map()
  if (value.kind !== 'map') throw mismatch(value, path, 'a map')
  return value.entries
}

function requireApiVersion(value: YamlValue | undefined): void {
  const version = value ? text(value, 'IndexFile.apiVersion', '') : ''
  if (version === '') throw new IndexError('has no `apiVersion`.')
}

function decodeLists(found: Lists): ReadonlyMap<string, IndexEntries> {
  return new Map([...found].map(([name, list]) => [name, decodeEntries(name, list)]))
}
