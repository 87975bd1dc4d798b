import { createHash } from 'node:crypto'
import { type ArchiveEntry, gzipOf, tarOf } from '../charts/archives.ts'
import { chartFiles } from '../charts/charts.ts'
import { lockOf } from '../dependencies/lock-of.ts'
import type { Pages } from '../network/web-servers.ts'

/** Where the parties of an attack are: URLs of two repositories on different hosts, and hosts of registries. */
export interface Scene {
  readonly repository: string
  readonly stranger: string
  readonly registry: string
}

export interface Attack {
  readonly title: string
  readonly code: number
  /** What the error has to say. */
  readonly says: string | RegExp
  /** The line `dependencies` of Chart.yaml and what follows; alpha 1.0.0 of the repository unless given. */
  readonly declares?: (scene: Scene) => string
  readonly files?: (scene: Scene) => Readonly<Record<string, string>>
  /** What the repository answers. */
  readonly pages?: PagesOf
  /** What the other host answers. */
  readonly elsewhere?: Pages
  /** Whether 1.0.0 is locked. */
  readonly isLocked?: boolean
}

export function dependency(repository: string, more = '', name = 'alpha'): string {
  return `- name: ${name}\n  version: 1.0.0\n  repository: ${JSON.stringify(repository)}\n${more}`
}

/** An archive of a chart, with more entries. */
export function archive(
  { name = 'alpha', version = '1.0.0' }: { readonly name?: string; readonly version?: string } = {},
  ...more: readonly ArchiveEntry[]
): Buffer {
  const body = `apiVersion: v2\nname: ${name}\nversion: ${version}\n`
  return gzipOf(tarOf([{ name: `${name}/Chart.yaml`, body }, ...more]))
}

interface Listed {
  readonly urls?: readonly string[]
  readonly digest?: string
  readonly version?: string
}

export function indexOf({ urls = ['alpha-1.0.0.tgz'], digest, version = '1.0.0' }: Listed = {}) {
  const entry = { apiVersion: 'v2', name: 'alpha', version, urls, digest }
  return JSON.stringify({ apiVersion: 'v1', entries: { alpha: [entry] } })
}

/** The pages of a repository, by those of the others. */
export type PagesOf = (scene: Scene) => Pages

/** A repository that is sound but for one archive. */
export function withArchive(bytes: Buffer): PagesOf {
  return () => ({ '/charts/index.yaml': indexOf(), '/charts/alpha-1.0.0.tgz': bytes })
}

export function withIndex(index: Pages[string]): PagesOf {
  return () => ({ '/charts/index.yaml': index })
}

export const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')

/** Files of the chart that depends on what is hostile; locked as far as that is needed. */
export function victim(attack: Attack, scene: Scene): Readonly<Record<string, string>> {
  const { declares = ({ repository }) => `dependencies:\n${dependency(repository)}` } = attack
  const files = chartFiles({ name: 'app', version: '1.0.0', extra: declares(scene) })
  const lock = attack.isLocked === true && { 'Chart.lock': lockOf(files, ['1.0.0'], new Map()) }
  return { ...files, ...lock, ...attack.files?.(scene) }
}
