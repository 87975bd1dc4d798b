import { expect, test } from '@jest/globals'
import { NotAttempted } from '../../../src/oci/errors/not-attempted.ts'
import {
  blockedPublication,
  contentOf,
  failedPublication,
  invalidPublication,
  packagedFacts,
  packagedPublication,
  plannedFacts,
  pushedPublication
} from '../../../src/publish/model/make-publication.ts'
import { planCharts, planPublications } from '../../../src/publish/model/plan.ts'
import type { Publication, PushedPublication } from '../../../src/publish/model/publication.ts'
import {
  type PublicationJson,
  publicationJson
} from '../../../src/publish/model/publication-json.ts'
import { NOTHING_STATED } from '../../../src/publish/model/statements.ts'
import { Failure } from '../../../src/shared/failure.ts'
import { packedChart } from '../../support/charts/packed-chart.ts'

const TARGET = { host: 'ghcr.io', path: 'team' }
const SOURCE = { kind: 'directory', path: 'charts/demo' } as const
const PACKED = { ...packedChart(), warnings: [{ text: 'Of the chart.', place: undefined }] }
/** What another run has pushed of the same chart. */
const STORED = packedChart({ mtime: 2 }).artifact
const FAILURE = new Failure('registry', { message: 'Silence.', fix: 'Wait.' })

function plannedChart() {
  const { name, version } = PACKED.archive.metadata
  const chart = { source: SOURCE, name, version, packed: PACKED, needs: [], seconds: 0 }
  const [planned] = planPublications(planCharts([chart], []), [TARGET])
  if (!planned) throw new Error('there is no plan')
  return plannedFacts(planned)
}

const PLANNED = plannedChart()
const PACKAGED = packagedPublication(packagedFacts(SOURCE, undefined, PACKED), 1)

function pushed(status: PushedPublication['status']): PushedPublication {
  const result = {
    content: contentOf(STORED),
    warnings: ['Of the push.'],
    stored: undefined,
    trust: NOTHING_STATED
  }
  return pushedPublication(PLANNED, { status, ...result }, 1)
}

/** All keys in their order, as far as nothing is known. */
const UNKNOWN = {
  chart: 'charts/demo',
  target: 'ghcr.io/team',
  status: 'failed',
  name: null,
  version: null,
  appVersion: null,
  tag: null,
  ref: null,
  refDigest: null,
  subjectName: null,
  digest: null,
  chartDigest: null,
  configDigest: null,
  size: null,
  archive: null,
  contentIdentity: null,
  signature: null,
  signatureDigest: null,
  attestationDigest: null,
  attestationUrl: null,
  warnings: [],
  error: null
} as const satisfies PublicationJson

const { contentIdentity } = PACKED.archive
const CHART = { name: 'demo', version: '1.2.3', contentIdentity, warnings: ['Of the chart.'] }
const OURS = { size: PACKED.archive.bytes.length }
const PLACE = { tag: '1.2.3', ref: 'ghcr.io/team/demo:1.2.3', subjectName: 'ghcr.io/team/demo' }
const PUSHED = {
  ...CHART,
  ...PLACE,
  ...contentOf(STORED),
  refDigest: `ghcr.io/team/demo@${STORED.manifest.digest}`,
  signature: 'off',
  warnings: ['Of the chart.', 'Of the push.']
}
const ERROR = { exitCode: 6, message: 'Silence.', fix: 'Wait.' }

const CASES: readonly (readonly [string, Publication, Partial<PublicationJson>])[] = [
  ['published', pushed('published'), { ...PUSHED, status: 'published' }],
  ['unchanged', pushed('unchanged'), { ...PUSHED, status: 'unchanged' }],
  ['skipped', pushed('skipped'), { ...PUSHED, status: 'skipped' }],
  ['planned', pushed('planned'), { ...PUSHED, status: 'planned' }],
  [
    'packaged, with an archive',
    { ...PACKAGED, archive: '/out/demo-1.2.3.tgz' },
    {
      ...CHART,
      ...contentOf(PACKED.artifact),
      target: null,
      status: 'packaged',
      archive: '/out/demo-1.2.3.tgz'
    }
  ],
  [
    'not attempted, for another chart: no place, no error',
    blockedPublication(packagedFacts(SOURCE, TARGET, PACKED), 1),
    { ...CHART, ...OURS, status: 'not-attempted' }
  ],
  [
    'not attempted, for its registry: the place, and why',
    failedPublication(PLANNED, new NotAttempted('ghcr.io', FAILURE), 1),
    {
      ...CHART,
      ...OURS,
      ...PLACE,
      status: 'not-attempted',
      error: {
        ...ERROR,
        message: 'Not attempted, because ghcr.io did not answer before: Silence.'
      }
    }
  ],
  [
    'failed, before the chart could be read',
    invalidPublication({ source: SOURCE, target: TARGET }, FAILURE, 1),
    { error: ERROR }
  ],
  [
    'failed at the registry: no digest that anybody could sign',
    failedPublication(PLANNED, FAILURE, 1),
    { ...CHART, ...OURS, ...PLACE, error: ERROR }
  ],
  [
    'failed after the push: what was learned on the way stays',
    failedPublication(pushed('published'), FAILURE, 1),
    { ...CHART, ...PLACE, size: STORED.chart.size, warnings: PUSHED.warnings, error: ERROR }
  ],
  [
    'failed by a bug of ours',
    invalidPublication({ source: SOURCE, target: undefined }, new TypeError('x'), 1),
    {
      target: null,
      error: {
        exitCode: 1,
        message: 'Unexpected error: x.',
        fix: 'This is a bug in publish-helm-chart: report it with the debug log.'
      }
    }
  ]
]

test.each(CASES)('%s', (_, publication, expected) => {
  const json = publicationJson(publication)
  expect(Object.keys(json)).toEqual(Object.keys(UNKNOWN))
  expect(json).toEqual({ ...UNKNOWN, ...expected })
})
