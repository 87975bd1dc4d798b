import { YamlError } from '../yaml/node.ts'
import { readYaml } from '../yaml/read-yaml.ts'
import { loadedBytes, mismatch } from './decode.ts'
import { GO_SPACE } from './sanitize.ts'
import { requireJson } from './untyped.ts'

const LINE_FEED = 0x0a
const SEPARATOR = '---'

/**
 * Checks values.yaml as Helm 4.3 loads it (helm, pkg/chart/v2/loader, LoadValues): the documents that
 * lines beginning with `---` part are read one by one, each a map or nothing. Older Helm reads the
 * file as one stream and its first document only.
 * @param bytes the file as it lies in the chart
 * @throws YamlError where it cannot be read
 * @throws DecodeError where Helm cannot put it into a map
 */
export function checkValues(bytes: Buffer): void {
  for (const { document, linesBefore } of documentsOf(loadedBytes(bytes))) {
    try {
      checkDocument(document)
    } catch (error) {
      throw error instanceof YamlError ? movedDown(error, linesBefore) : error
    }
  }
}

function checkDocument(bytes: Buffer): void {
  const value = readYaml(bytes)
  if (value.kind === 'null') return
  if (value.kind !== 'map') throw mismatch(value, 'values.yaml', 'an object')
  requireJson(value, 'values.yaml')
}

/** The error by the lines of the file. */
function movedDown({ line, message }: YamlError, lines: number): YamlError {
  if (line === undefined) return new YamlError(message)
  return new YamlError(message.replace(/^line \d+/, `line ${line + lines}`), line + lines)
}

interface Part {
  readonly document: Buffer
  readonly linesBefore: number
}

/** The documents as k8s.io/apimachinery's YAMLReader parts them (util/yaml/decoder.go), byte for byte. */
function documentsOf(bytes: Buffer): readonly Part[] {
  const lines = linesOf(bytes)
  const parts: Part[] = []
  let start = 0
  let linesBefore = 0
  for (const [number, at] of separatorsOf(lines)) {
    requireBareSeparator(lines, at, number)
    // The first separator of a document that has nothing before it is part of it.
    if (at === start) continue
    parts.push({ document: lines.subarray(start, at), linesBefore })
    start = endOfLine(lines, at)
    linesBefore = number
  }
  const last = { document: lines.subarray(start), linesBefore }
  return [...parts, last].filter(({ document }) => document.length > 0)
}

/** The bytes with `\n` after every line and `\r\n` nowhere. */
function linesOf(bytes: Buffer): Buffer {
  if (bytes.length === 0) return bytes
  const ended = bytes.at(-1) === LINE_FEED ? bytes : Buffer.concat([bytes, Buffer.from('\n')])
  if (!ended.includes('\r\n')) return ended
  return Buffer.from(ended.toString('latin1').replaceAll('\r\n', '\n'), 'latin1')
}

/** Number, counted from 1, and offset of the lines that begin with the separator. */
function separatorsOf(lines: Buffer): readonly (readonly [number: number, at: number])[] {
  const found: (readonly [number, number])[] = []
  let number = 1
  for (let at = 0; at < lines.length; at = endOfLine(lines, at)) {
    if (lines.toString('latin1', at, at + SEPARATOR.length) === SEPARATOR) found.push([number, at])
    number += 1
  }
  return found
}

function requireBareSeparator(lines: Buffer, at: number, number: number): void {
  const rest = lines.toString('utf8', at + SEPARATOR.length, endOfLine(lines, at))
  const text = rest.replace(SPACE_AROUND, '')
  if (text !== '' && !text.startsWith('#'))
    throw new YamlError(`line ${number}: invalid document separator: ${text}`, number)
}

const SPACE_AROUND = new RegExp(`^${GO_SPACE}+|${GO_SPACE}+$`, 'g')

function endOfLine(lines: Buffer, at: number): number {
  return lines.indexOf(LINE_FEED, at) + 1
}
