import { setTimeout as sleep } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

const LOOKS = 5
const PAUSE_MS = 100

/** The least of several looks: what sockets and sweeping threads still hold after one collection is gone a moment later. */
export async function heapUsed(): Promise<number> {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  const looks: number[] = []
  for (let look = 0; look < LOOKS; look += 1) {
    await sleep(PAUSE_MS)
    collect()
    const { heapUsed: heap, external } = process.memoryUsage()
    looks.push(heap + external)
  }
  return Math.min(...looks)
}
