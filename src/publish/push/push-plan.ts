import type { ChartArtifact } from '../../artifact/artifact.ts'
import type { CopiedChart } from '../../artifact/packed-chart.ts'
import type { Digest } from '../../oci/spec/blob.ts'
import type { Reference } from '../../oci/spec/reference.ts'
import type { SourceLocation } from '../../shared/failure.ts'
import type { Logger } from '../../shared/logger.ts'
import type { PublishedContent, PushedPublication } from '../model/publication.ts'
import type { IfExists } from '../model/request.ts'
import type { Statements } from '../model/statements.ts'
import type { ComparedState } from './compared-state.ts'
import type { PushClient } from './push-client.ts'
import type { Stated } from './stated.ts'

export interface PushOptions {
  readonly client: PushClient
  readonly reference: Reference
  /** Done right before the tag of the version is written, once. */
  readonly beforeTag?: () => Promise<void>
  readonly ifExists: IfExists
  /** Say what would be done, and change nothing. */
  readonly dryRun: boolean
  readonly signal: AbortSignal
  readonly logger: Logger
  /** Whether manifests and tags may be written already. */
  readonly isAllValid: () => boolean
  /** Waits until manifests and tags may be written. @throws NotAllValid, when they may not */
  readonly untilAllValid: () => Promise<void>
  /** Waits for what has nothing to do with the registry, without counting the time. */
  readonly pausedFor: <T>(other: Promise<T>) => Promise<T>
  readonly stating: StatingOptions
  /** Of a chart that is copied with what is attached to it. */
  readonly copied?: CopiedChart | undefined
}

/** What is to be stated about a publication, and what decides which statements are true. */
export interface StatingOptions {
  readonly statements: Statements
  /** `host/path/name` of the first target: one statement is for all of them. */
  readonly subjectName: string
  /** Of the manifest that this run made of the chart. */
  readonly produced: Digest
  /** Those of the run. */
  readonly annotations: ReadonlyMap<string, string>
  readonly requireGenuine: boolean
}

/** An artifact for a reference, and what exists there. */
export interface PushPlan {
  readonly artifact: ChartArtifact
  readonly existing: ComparedState
  /** Asks once more what exists there, in the course of a push. */
  readonly recheck: () => Promise<ComparedState>
  /** Whether it was absent when this run began. */
  readonly isOvertaken?: boolean
  /** Why packing the same source again would give other bytes, as a fix; undefined when it would not. */
  readonly toRepeat: string | undefined
  /** Where the version is written that would have to be another one. */
  readonly versionPlace?: SourceLocation | undefined
}

/** The result of a push: what the registry has now, or in a dry run would have. */
export interface PushResult {
  readonly status: PushedPublication['status']
  readonly content: PublishedContent
  readonly manifest: Buffer
  readonly warnings: readonly string[]
  readonly stated: Stated
}
