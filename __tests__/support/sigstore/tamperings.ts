// biome-ignore lint/suspicious/noExplicitAny: it is taken apart as an attacker would
export type Json = { [key: string]: any }

/** What an attacker may do to a bundle, with another one at hand. */
export const TAMPERINGS: Readonly<Record<string, (bundle: Json, other: Json) => void>> = {
  'another payload': (bundle, other) => {
    bundle['dsseEnvelope'].payload = other['dsseEnvelope'].payload
  },
  'another signature': (bundle, other) => {
    bundle['dsseEnvelope'].signatures = other['dsseEnvelope'].signatures
  },
  'no log entry': (bundle) => {
    bundle['verificationMaterial'].tlogEntries = []
  },
  'the log entry of another signature': (bundle, other) => {
    bundle['verificationMaterial'].tlogEntries = other['verificationMaterial'].tlogEntries
  },
  'no timestamp': (bundle) => {
    bundle['verificationMaterial'].timestampVerificationData.rfc3161Timestamps = []
  },
  'the timestamp of another signature': (bundle, other) => {
    const { timestampVerificationData } = other['verificationMaterial']
    bundle['verificationMaterial'].timestampVerificationData = timestampVerificationData
  },
  'another certificate': (bundle, other) => {
    bundle['verificationMaterial'].certificate = other['verificationMaterial'].certificate
  },
  'another checkpoint': (bundle) => {
    const [entry] = bundle['verificationMaterial'].tlogEntries
    const { checkpoint } = entry.inclusionProof
    checkpoint.envelope = checkpoint.envelope.replace(/\n(\d+)\n/, (_: string, size: string) => {
      return `\n${Number(size) + 1}\n`
    })
  },
  'the bundle of another artifact': (bundle, other) => {
    Object.assign(bundle, other)
  }
}
