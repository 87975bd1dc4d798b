import type { Released } from '../charts/releases.ts'
import type { Fault } from './fake-service.ts'
import { type Services, SigningScene, saidBy } from './signing-scene.ts'

export type ServiceName = 'issuer' | 'fulcio' | 'rekor' | 'timestamp' | 'github'

export interface FaultyRun {
  readonly service: ServiceName
  readonly fault: (scene: SigningScene) => Fault
  readonly services?: Services
}

/** What a run left with a service that did wrong, and what another one with sound services did after it. */
export interface FaultyEvidence {
  readonly first: Released
  /** What the version showed behind the first run. */
  readonly tagged: string | undefined
  readonly attached: readonly string[]
  /** Secrets that the first run said, and what of it a viewer of the log would act on. */
  readonly leaks: readonly string[]
  /** Requests that another host got. */
  readonly elsewhere: number
  readonly leftovers: readonly string[]
  /** Entries of the log after the first run. */
  readonly logged: number
  /** Of the service that did wrong. */
  readonly host: string
  readonly seconds: number
  readonly again: Released
  readonly attachedAgain: readonly string[]
  /** Attestations at GitHub in the end. */
  readonly stored: number
}

/** Publishes twice: while a service does wrong, and when all are sound. */
export async function playFault({ service, fault, services }: FaultyRun): Promise<FaultyEvidence> {
  const scene = await SigningScene.open()
  try {
    const faulty = serviceIn(scene, service)
    faulty.fault = fault(scene)
    const attests = service === 'github'
    const started = performance.now()
    const first = await scene.publish({ attests, ...(services && { services }) })
    const seconds = (performance.now() - started) / 1000
    const { tagged, attached, sigstore } = scene
    const logged = sigstore.log.size
    const leftovers = await scene.workspace.leftovers()
    faulty.fault = () => false
    const again = await scene.publish({ attests })
    return {
      first,
      tagged,
      attached,
      leaks: leaksIn(first, scene),
      elsewhere: scene.elsewhere.requests.length,
      leftovers,
      logged,
      host: faulty.url.host,
      seconds,
      again,
      attachedAgain: scene.attached,
      stored: scene.stored
    }
  } finally {
    await scene.close()
  }
}

function serviceIn(scene: SigningScene, name: ServiceName) {
  return name === 'fulcio' || name === 'rekor' ? scene.sigstore[name] : scene[name]
}

/** The marks of a token are its middle: what is cut short has lost an end. */
function leaksIn(run: Released, { secrets }: SigningScene): readonly string[] {
  const said = saidBy(run)
  const parts = secrets.flatMap((secret) => [secret, secret.slice(-40), secret.slice(10, 30)])
  const found = parts.filter((part) => said.includes(part))
  const control = [...run.stderr].filter((char) => char < ' ' && char !== '\n')
  const commands = run.stderr.split('\n').filter((line) => line.trim().startsWith('::'))
  return [...found, ...control, ...commands]
}
