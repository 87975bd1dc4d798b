/** Name, repository (a name of the market stands for its URL), version, and further lines. */
export type Declared = readonly [name: string, repository: string, version: string, more?: string]

/** A chart that another one leads to by `file://`. */
export interface Sibling {
  readonly version?: string
  readonly dependencies?: readonly Declared[]
  readonly locked?: readonly string[]
}

/** A chart with dependencies. */
export interface DependencyCase {
  readonly title: string
  readonly dependencies: readonly Declared[]
  /** Has its dependencies in requirements.yaml. */
  readonly isV1?: boolean
  /** The versions in its lock, which it has none of otherwise. */
  readonly locked?: readonly string[]
  readonly files?: Readonly<Record<string, string>>
  /** Links by their paths in the chart, with their targets. */
  readonly links?: Readonly<Record<string, string>>
  /** What lies in ../shared, and is a link in the chart. */
  readonly shared?: readonly string[]
  /** Archives of the market in charts/, by their names there. */
  readonly archives?: Readonly<Record<string, string>>
  /** By their folders beside the chart, in the order in which they are to be built. */
  readonly siblings?: Readonly<Record<string, Sibling>>
  readonly flags?: readonly string[]
  /** Whether the repositories of the machine are known to ours. */
  readonly knowsMachine?: boolean
}
