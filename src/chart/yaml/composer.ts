import { yamlError } from './error.ts'
import type { CollectionNode, Node } from './node.ts'
import {
  type NodeProperties,
  type TagHandles,
  takeDirectives,
  takeProperties
} from './node-properties.ts'
import type { Scanner } from './scanner.ts'
import type { ScalarToken, Token } from './token.ts'

type Kind = Token['kind']

/** What a node may be where it stands. `indentless`: a sequence may stand at the column of its key. */
export type NodePlace = 'flow' | 'block' | 'indentless'

/** What an open collection waits for. */
export type Expectation =
  | 'block-entry'
  | 'indentless-entry'
  | 'block-key'
  | 'block-value'
  | 'flow-entry'
  | 'pair-key'
  | 'pair-value'
  | 'pair-end'
  | 'flow-key'
  | 'flow-value'
  | 'flow-no-value'

/** A collection that is being read. */
export interface OpenCollection {
  readonly children: Node[]
  readonly line: number
  expects: Expectation
  isFirst: boolean
}

interface Opening {
  readonly kind: CollectionNode['kind']
  readonly expects: Expectation
}

const OPENINGS: Readonly<Partial<Record<Kind, Opening>>> = {
  'flow-sequence-start': { kind: 'sequence', expects: 'flow-entry' },
  'flow-mapping-start': { kind: 'mapping', expects: 'flow-key' },
  'block-sequence-start': { kind: 'sequence', expects: 'block-entry' },
  'block-mapping-start': { kind: 'mapping', expects: 'block-key' }
}

/** Builds the nodes of a document, without recursion: nesting is bounded by the scanner alone. */
export class Composer {
  readonly scanner: Scanner
  readonly #handles: TagHandles
  readonly #anchors = new Map<string, Node>()
  readonly #open: OpenCollection[] = []
  #root: Node | undefined

  constructor(scanner: Scanner) {
    this.scanner = scanner
    this.#handles = takeDirectives(scanner)
  }

  get innermost(): OpenCollection | undefined {
    return this.#open.at(-1)
  }

  get root(): Node | undefined {
    return this.#root
  }

  /** Adds the node that begins here; a collection stays open. @throws YamlError */
  addNode(place: NodePlace): void {
    const token = this.scanner.peek()
    if (token.kind === 'alias') this.#addAlias(token.name, token.line)
    else this.#addContent(place)
  }

  #addContent(place: NodePlace): void {
    const properties = takeProperties(this.scanner, this.#handles)
    const content = this.scanner.peek()
    const opening = openingOf(content.kind, place)
    if (content.kind === 'scalar') this.#addScalar(content, properties)
    else if (opening) {
      this.openCollection(opening, properties)
      if (content.kind !== 'block-entry') this.scanner.skip()
    } else if (properties.anchor !== undefined || properties.tag !== '') this.addEmpty(properties)
    else throw yamlError(content.line, 'did not find expected node content')
  }

  /** Adds a node without content. */
  addEmpty(properties: NodeProperties = NO_PROPERTIES): void {
    const { tag } = properties
    const { line } = this.scanner.peek()
    this.#add({ kind: 'scalar', line, text: '', tag, isImplicit: tag === '' }, properties)
  }

  openCollection({ kind, expects }: Opening, properties: NodeProperties = NO_PROPERTIES): void {
    const { line } = this.scanner.peek()
    const children: Node[] = []
    this.#add({ kind, line, children }, properties)
    this.#open.push({ children, line, expects, isFirst: true })
  }

  close(): void {
    this.#open.pop()
  }

  #addAlias(name: string, line: number): void {
    const target = this.#anchors.get(name)
    if (!target) throw yamlError(line, `unknown anchor '${name}' referenced`)
    this.scanner.skip()
    this.#add({ kind: 'alias', line, name, target }, NO_PROPERTIES)
  }

  #addScalar({ line, text, isPlain }: ScalarToken, properties: NodeProperties): void {
    const { tag } = properties
    const isImplicit = tag === '' ? isPlain : tag === '!'
    this.scanner.skip()
    this.#add({ kind: 'scalar', line, text, tag, isImplicit }, properties)
  }

  #add(node: Node, { anchor }: NodeProperties): void {
    if (anchor !== undefined) this.#anchors.set(anchor, node)
    const parent = this.innermost
    if (parent) parent.children.push(node)
    else this.#root = node
  }
}

/** The collection that a token opens; an indentless sequence has no token of its own. */
function openingOf(kind: Kind, place: NodePlace): Opening | undefined {
  if (kind === 'block-entry')
    return place === 'indentless' ? { kind: 'sequence', expects: 'indentless-entry' } : undefined
  return place === 'flow' && kind.startsWith('block') ? undefined : OPENINGS[kind]
}

const NO_PROPERTIES: NodeProperties = { anchor: undefined, tag: '' }
