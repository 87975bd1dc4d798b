// A registry with a token service, behind proxies that delay and count.
import { readFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { RegistryServer } from '../../__tests__/support/registry/registry-servers.ts'
import type { RunningServer } from '../../__tests__/support/registry/server-processes.ts'
import { requestsIn, tokensIn } from './access-log.ts'
import type { DelayProxy } from './delay-proxy.ts'
import type { Measurement } from './results.ts'

export interface SetupParts {
  /** The host that commands are given. */
  readonly host: string
  /** File of the authority that has signed the certificates of all hosts. */
  readonly ca: string
  /** What commands need in addition to reach it: proxies. */
  readonly environment: Readonly<Record<string, string>>
  /** The registry itself, and its address without proxies. */
  readonly registry: RegistryServer
  readonly address: string
  readonly tokens: RunningServer
  readonly proxies: readonly DelayProxy[]
}

/** What has to be done at the end, last one first: each part of a setup adds its own when it has started. */
export type Ends = (() => Promise<void> | void)[]

export type Counts = Omit<Measurement, 'seconds' | 'cpuSeconds' | 'peakBytes'> & {
  readonly trace: readonly string[]
}

/** The time after which connections that are still open do not matter any more. */
const CLOSING_MS = 2000

export class Setup {
  readonly #parts: SetupParts
  #marks = 0
  #logStarts = { registry: 0, tokens: 0 }

  constructor(parts: SetupParts) {
    this.#parts = parts
  }

  get host(): string {
    return this.#parts.host
  }

  get ca(): string {
    return this.#parts.ca
  }

  get environment(): Readonly<Record<string, string>> {
    return this.#parts.environment
  }

  set roundTripMs(ms: number) {
    for (const proxy of this.#parts.proxies) proxy.roundTripMs = ms
  }

  /** Begins to count. */
  begin(): void {
    const { registry, tokens, proxies } = this.#parts
    this.#logStarts = { registry: registry.log().length, tokens: tokens.log().length }
    for (const proxy of proxies) proxy.reset()
  }

  /** What has passed since `begin`, once all connections are closed and all is logged. */
  async end(): Promise<Counts> {
    const { registry, tokens, proxies } = this.#parts
    await until(() => proxies.every(({ open }) => open === 0), CLOSING_MS)
    const log = await this.#logToMark(registry)
    const trace = requestsIn(log.slice(this.#logStarts.registry))
    const sum = (name: 'connections' | 'sentBytes' | 'receivedBytes') => {
      return proxies.reduce((total, { traffic }) => total + traffic[name], 0)
    }
    return {
      requests: trace.length,
      tokens: tokensIn(tokens.log().slice(this.#logStarts.tokens)),
      connections: sum('connections'),
      sentBytes: sum('sentBytes'),
      receivedBytes: sum('receivedBytes'),
      trace
    }
  }

  /** Removes what was pushed; the registry makes its folders anew. */
  async clean(): Promise<void> {
    await rm(join(this.#parts.registry.folder, 'storage'), { recursive: true, force: true })
  }

  /** A request of ours, past the proxies: what was answered before it is logged before it. */
  async #logToMark({ log }: RegistryServer): Promise<string> {
    this.#marks += 1
    const mark = `"GET /v2/?mark=${this.#marks} `
    await get(`${this.#parts.address}/v2/?mark=${this.#marks}`, this.#parts.ca)
    await until(() => log().includes(mark, this.#logStarts.registry))
    return log().slice(0, log().indexOf(mark, this.#logStarts.registry))
  }
}

function get(url: string, ca: string): Promise<void> {
  const request = url.startsWith('https:') ? httpsRequest : httpRequest
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { ca: readFileSync(ca), agent: false }, (response) => {
      response.resume().once('end', resolve)
    })
    outgoing.once('error', reject).end()
  })
}

async function until(holds: () => boolean, limitMs = 10_000): Promise<void> {
  const deadline = performance.now() + limitMs
  while (!holds() && performance.now() < deadline) await sleep(5)
}
