import { isAlias, isMap, isScalar, type ParsedNode, Scalar } from 'yaml'
import { type Node, type ScalarNode, yamlError } from './node.ts'
import type { ParsedText } from './parse-text.ts'

/** What go-yaml v2 takes for the name of an anchor; the library takes more. */
const ANCHOR_NAME = /^[0-9A-Za-z_-]+$/

/** Turns the library's nodes into ours; undefined where there are none. @throws YamlError */
export function toNodes(parsed: ParsedText): Node | undefined {
  const { contents } = parsed.document
  return contents ? new Converter(parsed).convert(contents) : undefined
}

class Converter {
  readonly #parsed: ParsedText
  /** An alias means the last anchor of its name that stands before it. */
  readonly #anchors = new Map<string, Node>()

  constructor(parsed: ParsedText) {
    this.#parsed = parsed
  }

  convert(node: ParsedNode): Node {
    const line = this.#parsed.lineAt(node.range[0])
    if (isAlias(node)) return this.#alias(node.source, line)
    if (isScalar(node)) return this.#anchored(node.anchor, this.#scalar(node, line))
    const children: Node[] = []
    const kind = isMap(node) ? 'mapping' : 'sequence'
    const collection = this.#anchored(node.anchor, { kind, line, children })
    for (const child of childrenOf(node)) {
      children.push(child ? this.convert(child) : emptyNode(line))
    }
    return collection
  }

  #alias(name: string, line: number): Node {
    const target = this.#anchors.get(name)
    if (!target) throw yamlError(line, `unknown anchor '${name}' referenced`)
    return { kind: 'alias', line, name, target }
  }

  #anchored(anchor: string | undefined, node: Node): Node {
    if (anchor === undefined) return node
    if (!ANCHOR_NAME.test(anchor))
      throw yamlError(node.line, 'the name of an anchor may only have letters, digits, "-" and "_"')
    this.#anchors.set(anchor, node)
    return node
  }

  #scalar({ source = '', type, tag = '', range }: Scalar.Parsed, line: number): ScalarNode {
    const { text } = this.#parsed
    const isBlock = type === Scalar.BLOCK_LITERAL || type === Scalar.BLOCK_FOLDED
    // The library ends the last line where the file does not.
    const isEnded = isBlock && range[1] === text.length && /[^ ]/.test(lastLine(text))
    return {
      kind: 'scalar',
      line,
      text: isEnded ? source.replace(/\n$/, '') : source,
      tag,
      isImplicit: tag === '' ? type === Scalar.PLAIN : tag === '!'
    }
  }
}

function lastLine(text: string): string {
  return text.slice(text.lastIndexOf('\n') + 1)
}

type ParsedCollection = Exclude<ParsedNode, { source: string } | Scalar.Parsed>

/** The items, or keys and values in turn; null for a value that is not there. */
function childrenOf(node: ParsedCollection): readonly (ParsedNode | null)[] {
  return isMap(node) ? node.items.flatMap(({ key, value }) => [key, value]) : node.items
}

function emptyNode(line: number): ScalarNode {
  return { kind: 'scalar', line, text: '', tag: '', isImplicit: true }
}
