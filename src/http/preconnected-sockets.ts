import type { Socket } from 'node:net'

/** olareg and crane close a connection that is silent for 5 s (measured); one that is about to be closed is no good. */
const LONGEST_SILENCE_MS = 4000

interface Opening {
  readonly origin: string
  readonly socket: Promise<Socket>
  /** When it was open; undefined until then. */
  openAt?: number
}

/** Connections that were opened before there is a request for them. */
export class PreconnectedSockets {
  readonly #openings: Opening[] = []

  /** Takes in a connection that is being opened. */
  add(origin: string, socket: Promise<Socket>): void {
    const opening: Opening = { origin, socket }
    socket.then(
      (open) => {
        opening.openAt = performance.now()
        // Nothing waits for it: it is not to keep the program from noticing that it waits for nothing.
        if (this.#openings.includes(opening)) open.unref()
      },
      () => undefined
    )
    this.#openings.push(opening)
  }

  /** One that is open, or the next one that will be; undefined where there is none. @throws what kept it from opening */
  async take(origin: string): Promise<Socket | undefined> {
    for (;;) {
      const index = this.#openings.findIndex((opening) => opening.origin === origin)
      const [opening] = index < 0 ? [] : this.#openings.splice(index, 1)
      if (!opening) return undefined
      const socket = await opening.socket
      if (!socket.destroyed && isFresh(opening)) return socket.ref()
      socket.destroy()
    }
  }

  /** Closes those that nobody has taken. */
  destroy(): void {
    for (const { socket } of this.#openings.splice(0)) {
      socket.then(
        (open) => open.destroy(),
        () => undefined
      )
    }
  }
}

function isFresh({ openAt = performance.now() }: Opening): boolean {
  return performance.now() - openAt < LONGEST_SILENCE_MS
}
