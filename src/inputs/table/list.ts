import { type InputSpec, TO_LIST } from './spec.ts'

/** Flags of `list` alone. */
export const LIST = {
  limit: {
    group: 'What',
    kind: 'number',
    // As many tags as the pages of a registry have at most: a hundred of a hundred (oci/pages.ts).
    most: 10_000,
    // More than fit on a screen; each takes up to six requests.
    default: '50',
    knownTo: TO_LIST,
    description: [],
    flag: { value: 'COUNT', help: 'how many versions to show, the newest first; 50 unless given' }
  }
} as const satisfies Readonly<Record<string, InputSpec>>
