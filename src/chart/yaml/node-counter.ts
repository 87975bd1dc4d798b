import { yamlError } from './error.ts'
import type { Node } from './node.ts'

const FEW_NODES = 400_000
const MANY_NODES = 4_000_000

/** Refuses documents that grow too much by aliases, by the ratio of go-yaml v2 (decode.go). */
export class NodeCounter {
  /** go-yaml counts the document as well. */
  #nodes = 1
  #aliased = 0

  /** @throws YamlError */
  count({ line }: Node, isAliased: boolean): void {
    this.#nodes += 1
    if (!isAliased) return
    this.#aliased += 1
    if (this.#aliased <= 100 || this.#nodes <= 1000) return
    if (this.#aliased / this.#nodes > allowedRatio(this.#nodes))
      throw yamlError(line, 'document contains excessive aliasing')
  }
}

/** 99 % of few nodes may come from aliases, 10 % of many. */
function allowedRatio(nodes: number): number {
  if (nodes <= FEW_NODES) return 0.99
  if (nodes >= MANY_NODES) return 0.1
  return 0.99 - 0.89 * ((nodes - FEW_NODES) / (MANY_NODES - FEW_NODES))
}
