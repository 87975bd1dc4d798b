import { type InputSpec, TO_PUBLISH } from './spec.ts'

export const TRUST = {
  'artifacthub-repo': {
    group: 'Trust',
    kind: 'text',
    knownTo: TO_PUBLISH,
    description: [
      'File for Artifact Hub (`artifacthub-repo.yml`), pushed to the tag `artifacthub.io` of each chart before its version,',
      'when its content differs. `{{name}}` in the path stands for the name of the chart.'
    ],
    flag: { value: 'FILE', help: 'artifacthub-repo.yml to push to the tag artifacthub.io' }
  }
} as const satisfies Readonly<Record<string, InputSpec>>
