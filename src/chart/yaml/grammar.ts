import { Composer, type Expectation, type OpenCollection } from './composer.ts'
import { type YamlError, yamlError } from './error.ts'
import type { Node } from './node.ts'
import type { Scanner } from './scanner.ts'
import type { Token } from './token.ts'

type Kind = Token['kind']
type Step = (composer: Composer, collection: OpenCollection) => void

const OUTSIDE: readonly Kind[] = [
  'version-directive',
  'tag-directive',
  'document-start',
  'document-end',
  'stream-end'
]
const BETWEEN_ENTRIES: readonly Kind[] = ['block-entry', 'block-end']
const BETWEEN_KEYS: readonly Kind[] = ['key', 'value', 'block-end']
const AFTER_INDENTLESS: readonly Kind[] = ['block-entry', ...BETWEEN_KEYS]
const AFTER_ITEM: readonly Kind[] = ['flow-entry', 'flow-sequence-end']
const AFTER_PAIR: readonly Kind[] = ['flow-entry', 'flow-mapping-end']

/**
 * Reads the first document and the one token after it, as go-yaml v2 does (parserc.go); undefined
 * when the stream has none.
 * @throws YamlError
 */
export function readDocument(scanner: Scanner): Node | undefined {
  const first = scanner.peek()
  if (first.kind === 'stream-end') return undefined
  const composer = new Composer(scanner)
  if (isDirectiveOrStart(first)) addMarkedRoot(composer)
  else composer.addNode('block')
  for (let open = composer.innermost; open; open = composer.innermost) {
    STEPS[open.expects](composer, open)
  }
  scanner.peek()
  return composer.root
}

function isDirectiveOrStart({ kind }: Token): boolean {
  return kind === 'version-directive' || kind === 'tag-directive' || kind === 'document-start'
}

/** The root of a document that begins with `---`. */
function addMarkedRoot(composer: Composer): void {
  const { scanner } = composer
  const token = scanner.peek()
  if (token.kind !== 'document-start')
    throw yamlError(token.line, "did not find the expected '---' after directives")
  scanner.skip()
  if (OUTSIDE.includes(scanner.peek().kind)) composer.addEmpty()
  else composer.addNode('block')
}

const STEPS: Readonly<Record<Expectation, Step>> = {
  'block-entry': (composer, collection) => {
    const { scanner } = composer
    if (skips(scanner, 'block-end')) return composer.close()
    if (!skips(scanner, 'block-entry')) throw expected("'-'", scanner, collection)
    if (BETWEEN_ENTRIES.includes(scanner.peek().kind)) composer.addEmpty()
    else composer.addNode('block')
  },
  'indentless-entry': (composer) => {
    const { scanner } = composer
    if (!skips(scanner, 'block-entry')) return composer.close()
    if (AFTER_INDENTLESS.includes(scanner.peek().kind)) composer.addEmpty()
    else composer.addNode('block')
  },
  'block-key': (composer, collection) => {
    const { scanner } = composer
    if (skips(scanner, 'block-end')) return composer.close()
    if (!skips(scanner, 'key')) throw expected('a key', scanner, collection)
    collection.expects = 'block-value'
    if (BETWEEN_KEYS.includes(scanner.peek().kind)) composer.addEmpty()
    else composer.addNode('indentless')
  },
  'block-value': (composer, collection) => {
    const { scanner } = composer
    collection.expects = 'block-key'
    const isThere = skips(scanner, 'value') && !BETWEEN_KEYS.includes(scanner.peek().kind)
    if (isThere) composer.addNode('indentless')
    else composer.addEmpty()
  },
  'flow-entry': (composer, collection) => {
    const { scanner } = composer
    if (endsFlow(scanner, collection, 'flow-sequence-end')) return composer.close()
    if (skips(scanner, 'key'))
      return composer.openCollection({ kind: 'mapping', expects: 'pair-key' })
    composer.addNode('flow')
  },
  'pair-key': (composer, collection) => {
    const { scanner } = composer
    const { kind } = scanner.peek()
    collection.expects = 'pair-value'
    if (kind !== 'value' && !AFTER_ITEM.includes(kind)) return composer.addNode('flow')
    // libyaml loses this token, and with it what it meant.
    scanner.skip()
    composer.addEmpty()
  },
  'pair-value': (composer, collection) => {
    collection.expects = 'pair-end'
    addFlowValue(composer, AFTER_ITEM)
  },
  'pair-end': (composer) => composer.close(),
  'flow-key': (composer, collection) => {
    const { scanner } = composer
    if (endsFlow(scanner, collection, 'flow-mapping-end')) return composer.close()
    if (!skips(scanner, 'key')) {
      collection.expects = 'flow-no-value'
      return composer.addNode('flow')
    }
    collection.expects = 'flow-value'
    const { kind } = scanner.peek()
    if (kind === 'value' || AFTER_PAIR.includes(kind)) composer.addEmpty()
    else composer.addNode('flow')
  },
  'flow-value': (composer, collection) => {
    collection.expects = 'flow-key'
    addFlowValue(composer, AFTER_PAIR)
  },
  'flow-no-value': (composer, collection) => {
    collection.expects = 'flow-key'
    composer.addEmpty()
  }
}

function addFlowValue(composer: Composer, ends: readonly Kind[]): void {
  const { scanner } = composer
  if (skips(scanner, 'value') && !ends.includes(scanner.peek().kind)) composer.addNode('flow')
  else composer.addEmpty()
}

/** Takes the comma before an entry, or the end of the collection. @throws YamlError when there is neither */
function endsFlow(
  scanner: Scanner,
  collection: OpenCollection,
  end: 'flow-sequence-end' | 'flow-mapping-end'
): boolean {
  if (skips(scanner, end)) return true
  if (!collection.isFirst && !skips(scanner, 'flow-entry'))
    throw expected(end === 'flow-mapping-end' ? "',' or '}'" : "',' or ']'", scanner, collection)
  collection.isFirst = false
  return skips(scanner, end)
}

function skips(scanner: Scanner, kind: Kind): boolean {
  if (scanner.peek().kind !== kind) return false
  scanner.skip()
  return true
}

function expected(what: string, scanner: Scanner, { line }: OpenCollection): YamlError {
  const since = line === scanner.peek().line ? '' : ` of the collection of line ${line + 1}`
  return yamlError(scanner.peek().line, `did not find expected ${what}${since}`)
}
