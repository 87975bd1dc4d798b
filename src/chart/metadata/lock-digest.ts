import { createHash } from 'node:crypto'
import { dependenciesJson } from './config.ts'
import { type GoJson, goJson } from './go-json.ts'
import type { Lock } from './lock.ts'
import type { Metadata } from './metadata.ts'

/**
 * Whether `lock` was made of the dependencies that `metadata` declares: its digest is over what is
 * declared and what was resolved (helm, internal/resolver, HashReq); that of Helm 2, for apiVersion v1,
 * is over what is declared alone (HashV2Req).
 */
export function isInStep(lock: Lock, { apiVersion, dependencies }: Metadata): boolean {
  const declared = dependenciesJson(dependencies)
  if (lock.digest === digestOf([declared, dependenciesJson(lock.dependencies)])) return true
  return apiVersion === 'v1' && lock.digest === digestOf(new Map([['dependencies', declared]]))
}

function digestOf(value: GoJson): string {
  return `sha256:${createHash('sha256').update(goJson(value)).digest('hex')}`
}
