import { type InputSpec, TO_LIST } from './spec.ts'

/** Flags of `list` only. */
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
    flag: { value: 'COUNT', help: 'number of versions to show, newest first (default 50)' }
  }
} as const satisfies Readonly<Record<string, InputSpec>>
