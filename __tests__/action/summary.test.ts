import { describe, expect, test } from '@jest/globals'
import { Markup } from '../../src/action/html.ts'
import { type RunReport, summaryOf, summaryOfFailure } from '../../src/action/summary.ts'
import { NotAttempted } from '../../src/oci/errors/not-attempted.ts'
import type { Publication } from '../../src/publish/model/publication.ts'
import { Failure, failureOf } from '../../src/shared/failure.ts'
import { printable } from '../../src/shared/printable.ts'
import { SecretRegistry } from '../../src/shared/secret-registry.ts'
import {
  DIGEST,
  failedWith,
  manyPublications,
  publicationOf,
  SIGNED
} from '../support/publications.ts'

const MIB = 1024 * 1024
const markup = new Markup(printable)
/** Registries that helm reaches without a flag. */
const NO_FLAGS = { plainHttpHosts: [], unverifiedHosts: [] }

function summary(publications: readonly Publication[], more: Partial<RunReport> = {}): string {
  return summaryOf({ publications, dryRun: false, ...NO_FLAGS, seconds: 3, ...more }, markup)
}

const titleOf = (text: string) => {
  return /<h3>(.*)<\/h3>/.exec(text)?.[1]?.replaceAll(/<code>(.*?)<\/code>/g, '$1')
}
/** Commands as a shell reads them: a backslash at the end of a line is nothing. */
const joined = (text: string) => {
  return text.replaceAll(/ \\\n +/g, ' ').replaceAll('\\\n', '')
}
const rowsIn = (text: string) => text.match(/<tr><td>.*<\/tr>/g) ?? []

describe('the headline', () => {
  const unchanged = publicationOf({ status: 'unchanged' })
  const planned = publicationOf({ name: 'a', status: 'planned' })
  const notAttempted = publicationOf({ status: 'not-attempted' })
  const failed = failedWith('No.', { name: 'worker' })
  const cases: readonly (readonly [string, readonly Publication[], Partial<RunReport>])[] = [
    ['Published demo 1.2.3', [publicationOf()], {}],
    ['Published all 3 (chart-0 1.2.3, chart-1 1.2.3, chart-2 1.2.3)', manyPublications(3), {}],
    ['Published all 4', manyPublications(4), {}],
    [
      'Published 4 of 7; 1 unchanged, 2 failed (worker 1.2.3)',
      [...manyPublications(4), failed, unchanged, failed],
      {}
    ],
    [
      'Published 1 of 2 (demo 1.2.3); 1 skipped (a 1.2.3)',
      [publicationOf(), publicationOf({ name: 'a', status: 'skipped' })],
      {}
    ],
    [
      'Published 1 of 2 (demo 1.2.3 at a.test); 1 failed (demo 1.2.3 at b.test)',
      [publicationOf({ target: 'a.test' }), failedWith('No.', { target: 'b.test' })],
      {}
    ],
    ['Nothing new to publish; 2 unchanged (demo 1.2.3)', [unchanged, unchanged], {}],
    [
      'Nothing was published; 1 not attempted (demo 1.2.3), 1 failed (worker 1.2.3)',
      [notAttempted, failed],
      {}
    ],
    ['Packaged demo 1.2.3, pushed nothing', [publicationOf({ status: 'packaged' })], {}],
    [
      'Packaged 1 of 2 (demo 1.2.3), pushed nothing; 1 failed (worker 1.2.3)',
      [publicationOf({ status: 'packaged' }), failed],
      {}
    ],
    [
      'Dry run, nothing was pushed: 1 of 2 would be published (a 1.2.3); 1 unchanged',
      [planned, unchanged],
      { dryRun: true }
    ]
  ]
  test.each(cases)('%s', (title, publications, more) => {
    expect(titleOf(summary(publications, more))).toBe(title)
  })
})

test('a row has chart, version, target, status, digest, size and time', () => {
  const [row] = rowsIn(summary([publicationOf()]))
  expect(row).toBe(
    '<tr><td><code>demo</code></td><td><code>1.2.3</code></td><td><code>registry.example.com/charts</code></td>' +
      '<td>✅ published</td><td><code>sha256:0123456789ab</code></td>' +
      '<td align="right">4.2 KiB</td><td align="right">1.2 s</td></tr>'
  )
})

test('what failed comes first, with its message, its fix, and all the places that share them', () => {
  const failed = [
    failedWith('It exists; changed: "values.yaml".', { name: 'a' }),
    failedWith('It exists; changed: "values.yaml".', { name: 'b' })
  ]
  const text = summary([publicationOf({ name: 'good' }), ...failed])
  expect(rowsIn(text).map((row) => /<code>(.*?)</.exec(row)?.[1])).toEqual(['a', 'b', 'good'])
  expect(text.match(/It exists; changed: &quot;<code>values.yaml<\/code>&quot;\./g)).toHaveLength(1)
  expect(text).toContain('<code>a 1.2.3 → registry.example.com/charts</code>, <code>b 1.2.3')
  expect(text).toContain('<b>Fix:</b> Mend it.')
})

describe('the commands', () => {
  const chart = 'oci://registry.example.com/charts/demo'
  const subject = `${chart}@${DIGEST}`

  test.each(['published', 'unchanged', 'skipped'] as const)('stand for what is %s', (status) => {
    const text = joined(summary([publicationOf({ status })]))
    const byVersion = `helm install demo ${chart} --version 1.2.3\nhelm pull ${chart} --version 1.2.3`
    const byDigest = `helm install demo ${subject}\nhelm pull ${subject}`
    expect(text).toContain(`<pre>\n${byVersion}\n${byDigest}\n</pre>`)
  })

  test.each(['planned', 'not-attempted', 'packaged', 'failed'] as const)(
    'do not stand for what is %s',
    (status) => {
      expect(summary([publicationOf({ status })])).not.toContain('helm install')
    }
  )

  test('stand only for what was published, where anything was', () => {
    const text = summary([publicationOf(), publicationOf({ name: 'old', status: 'unchanged' })])
    expect(text).toContain('helm install demo')
    expect(text).not.toContain('helm install old')
  })

  test('have no version that Helm does not find', () => {
    const text = joined(summary([publicationOf({ version: 'v1.2' })]))
    expect(text).toContain(`<pre>\nhelm install demo ${subject}\n`)
  })

  test('are two for each of many charts', () => {
    const text = joined(summary(manyPublications(4)))
    expect(text.match(/^helm /gm)).toHaveLength(8)
    expect(text.match(/^helm pull \S+@sha256:/gm)).toHaveLength(4)
  })

  test('install no library', () => {
    const text = joined(summary([publicationOf({ isLibrary: true })]))
    expect(text).toContain(`helm pull ${subject}`)
    expect(text).not.toContain('helm install')
  })

  test('have the flag that helm needs for their own registry, and for no other', () => {
    const targets = ['http.test/a', 'http.test:5000/a', 'tls.test/a', 'tls.test.example/a']
    const publications = targets.map((target) => publicationOf({ target }))
    const flags = { plainHttpHosts: ['http.test:5000'], unverifiedHosts: ['tls.test'] }
    const text = joined(summary(publications, flags))
    expect(text.match(/(?<=helm pull )\S+@.*/g)).toEqual([
      `oci://http.test/a/demo@${DIGEST}`,
      `oci://http.test:5000/a/demo@${DIGEST} --plain-http`,
      `oci://tls.test/a/demo@${DIGEST} --insecure-skip-tls-verify`,
      `oci://tls.test.example/a/demo@${DIGEST}`
    ])
    expect(text).toContain(
      'helm install demo oci://tls.test/a/demo --version 1.2.3 --insecure-skip-tls-verify\n'
    )
  })

  test('have one flag where a registry is named for both: http has no certificate', () => {
    const hosts = ['registry.example.com']
    const text = joined(
      summary([publicationOf()], { plainHttpHosts: hosts, unverifiedHosts: hosts })
    )
    expect(text).toContain(`helm pull ${subject} --plain-http\n`)
  })

  test('verify by the version what was signed with PGP and published', () => {
    const pgpFingerprint = 'ABCD1234'
    const verify =
      'helm pull oci://registry.example.com/charts/demo --version 1.2.3 --verify --keyring public.gpg'
    const text = joined(summary([publicationOf({ pgpFingerprint })]))
    expect(text).toContain(`${verify}\n</pre>`)
    expect(text).toContain('gpg --export ABCD1234 &gt; public.gpg')
    expect(summary([publicationOf({ status: 'unchanged', pgpFingerprint })])).not.toContain(
      '--verify'
    )
    expect(summary([publicationOf()])).not.toContain('--verify')
  })

  test('verify what was signed and attested, with cosign, gh and Flux', () => {
    const text = joined(
      summary([publicationOf({ trust: SIGNED })], { plainHttpHosts: ['registry.example.com'] })
    )
    expect(text).toContain('cosign verify --certificate-identity-regexp')
    expect(text).toContain('--allow-http-registry registry.example.com/charts/demo@sha256:')
    expect(text).toContain('gh attestation verify oci://registry.example.com/charts/demo@sha256:')
    expect(text).toContain('matchOIDCIdentity:')
  })

  test('are shown once where charts share them', () => {
    const charts = ['a', 'b'].map((name) => publicationOf({ name, trust: SIGNED }))
    expect(summary(charts).match(/matchOIDCIdentity/g)).toHaveLength(1)
    expect(summary(charts).match(/cosign verify/g)).toHaveLength(2)
  })

  test('name a release as Helm allows it', () => {
    const name = `a_b${'-c'.repeat(40)}`
    const [, release = ''] = /helm install (\S+)/.exec(summary([publicationOf({ name })])) ?? []
    expect(release).toBe(`a-b${'-c'.repeat(25)}`)
  })
})

test('three charts show their commands, more fold them', () => {
  expect(summary(manyPublications(3))).toContain('<details open>\n<summary>Install')
  expect(summary(manyPublications(4))).toContain('<details>\n<summary>Install')
})

test('the rows of many that went well are folded, those that failed are not', () => {
  const text = summary([...manyPublications(40), failedWith('No.')])
  const [open = '', folded = ''] = text.split('<details>')
  expect(rowsIn(open)).toHaveLength(1)
  expect(rowsIn(folded)).toHaveLength(40)
  expect(folded).toContain('<b>40 published</b>')
})

test('what failed and what was published stand out: more than a few that are unchanged are folded', () => {
  const old = (count: number) => manyPublications(count, 'unchanged')
  const news = [publicationOf({ name: 'new' }), failedWith('No.', { name: 'bad' })]
  const nameIn = (row: string) => /<code>(.*?)</.exec(row)?.[1]
  const [open = '', folded = ''] = summary([...old(4), ...news]).split('<details>')
  expect(rowsIn(open).map(nameIn)).toEqual(['bad', 'new'])
  expect(folded).toContain('<b>4 unchanged</b>')
  expect(rowsIn(folded)).toHaveLength(4)
  expect(rowsIn(summary([...old(3), ...news])).map(nameIn)).toEqual([
    ...['bad', 'new', 'chart-0', 'chart-1', 'chart-2']
  ])
  expect(summary([...old(3), ...news])).not.toContain('3 unchanged</b>')
})

test('a warning stands once, with the charts that it is about', () => {
  const warnings = ['Something is not safe.']
  const publications = Array.from({ length: 5 }, (_, index) =>
    publicationOf({ name: `c${index}`, warnings })
  )
  const text = summary(publications)
  expect(text.match(/Something is not safe\./g)).toHaveLength(1)
  expect(text).toContain('<summary>1 warning</summary>')
  expect(text).toMatch(/<code>c2 [^<]*<\/code> and 2 more<br>/)
})

test('what was not pushed for the sake of others says so', () => {
  const reason = 'Nothing is pushed unless every chart is valid.'
  const waiting = publicationOf({ status: 'not-attempted' })
  expect(summary([waiting, failedWith('No.')])).toContain(reason)
  const first = new Failure('registry', { message: 'No way.', fix: 'Mend it.' })
  const error = new NotAttempted('r.test', first)
  const unreachable = publicationOf({ status: 'not-attempted', error })
  expect(summary([unreachable, failedWith('No.')])).not.toContain(reason)
})

test('what was not attempted has a row, and no message beside that of what failed', () => {
  const first = new Failure('registry', { message: 'Silence.', fix: 'Mend it.' })
  const error = new NotAttempted('r.test', first)
  const text = summary([publicationOf({ status: 'not-attempted', error }), failedWith('No way.')])
  expect(rowsIn(text)[1]).toContain('<td>➖ not attempted</td>')
  expect(text).not.toContain('Silence.')
})

test('a run that ended before there were results shows why, and the fix', () => {
  const text = summaryOfFailure([{ message: 'The `ca` is not a file.', fix: 'Fix it.' }], markup)
  expect(text).toBe(
    '<h3>Publishing failed</h3>\n\n<p>The <code>ca</code> is not a file.<br>\n<b>Fix:</b> Fix it.</p>'
  )
})

test('each problem of a failure has a line of its own, with a fix that several share behind the last of them', () => {
  const problems = [
    { message: 'One.', fix: 'Fix both.' },
    { message: 'Two.', fix: 'Fix both.' },
    { message: 'Three.', fix: 'Fix it.' }
  ]
  const html = 'One.<br>\nTwo.<br>\n<b>Fix:</b> Fix both.<br>\nThree.<br>\n<b>Fix:</b> Fix it.</p>'
  expect(summaryOfFailure(problems, markup)).toContain(html)
  const failed = publicationOf({ status: 'failed', error: failureOf('chart', problems) })
  expect(summary([failed])).toContain(html)
})

test('a run without charts says so, and has no table', () => {
  const text = summary([])
  expect(titleOf(text)).toBe('No charts were found; nothing was published')
  expect(text).not.toContain('<table>')
})

test('secrets are redacted before they are escaped', () => {
  const secrets = new SecretRegistry(() => undefined)
  secrets.register('a<b>&"c')
  const redacting = new Markup((text) => printable(secrets.redact(text)))
  const publications = [failedWith('The registry said a<b>&"c today.')]
  const text = summaryOf({ publications, dryRun: false, ...NO_FLAGS, seconds: 1 }, redacting)
  expect(text).toContain('said <code>***</code> today.')
  expect(text).not.toContain('&lt;b&gt;')
})

test('a secret is redacted before a long name is cut', () => {
  const secrets = new SecretRegistry(() => undefined)
  secrets.register('canary-of-this-test')
  const redacting = new Markup((text) => printable(secrets.redact(text)))
  const publications = [
    publicationOf({ name: `${'x'.repeat(250)}canary-of-this-test${'y'.repeat(50)}` })
  ]
  const text = summaryOf({ publications, dryRun: true, ...NO_FLAGS, seconds: 1 }, redacting)
  expect(text).not.toContain('canar')
  expect(rowsIn(text)[0]).toMatch(/x\*\*\*yy… \(\d+ more characters\)</)
})

describe('the limit of a step', () => {
  const long = (index: number) => `${'<'.repeat(1500)} ${index}`
  const publications = Array.from({ length: 6000 }, (_, index) => {
    const names = { name: `${'&'.repeat(200)}${index}`, warnings: [long(index)] }
    return index % 2 === 0 ? failedWith(long(index), names) : publicationOf(names)
  })
  const text = summary(publications)

  test('is kept by thousands of publications with long texts', () => {
    expect(Buffer.byteLength(text)).toBeLessThan(MIB)
  })

  test('cuts each part at its end, and says how much is missing', () => {
    expect(titleOf(text)).toBe('Published 3000 of 6000; 3000 failed')
    const cuts = [...text.matchAll(/<b>(\d+) more do not fit here<\/b>/g)].map(([, left]) => left)
    expect(cuts).toHaveLength(5)
    for (const tag of ['table', 'pre', 'div', 'details', 'tr', 'code']) {
      const count = (begin: string) => text.split(begin).length
      expect(count(`<${tag}>`)).toBe(count(`</${tag}>`))
    }
  })

  test('cuts no row of a thousand publications with names of ordinary length', () => {
    const thousand = summary(manyPublications(1000))
    expect(rowsIn(thousand)).toHaveLength(1000)
    expect(thousand).not.toContain('do not fit here')
  })
})
