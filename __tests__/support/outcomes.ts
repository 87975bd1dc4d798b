import type { Outcome } from '../../src/publish/model/outcome.ts'
import { type Publication, unknownPublication } from '../../src/publish/model/publication.ts'

export const DIGEST = `sha256:${'0123456789abcdef'.repeat(4)}`

/** A publication of `demo` that went well, but for what is given. */
export function outcomeOf(
  given: Partial<Publication> = {},
  more: Omit<Partial<Outcome>, 'publication'> = {}
): Outcome {
  const { name = 'demo', version = '1.2.3', target = 'registry.example.com/charts' } = given
  const subjectName = `${target}/${name}`
  const publication: Publication = {
    ...unknownPublication(`charts/${name}`, target ?? undefined),
    status: 'published',
    name,
    version,
    tag: version,
    ref: `${subjectName}:${version}`,
    refDigest: `${subjectName}@${DIGEST}`,
    subjectName,
    digest: DIGEST,
    chartDigest: DIGEST,
    configDigest: DIGEST,
    size: 4321,
    ...given
  }
  return { publication, seconds: 1.234, ...more }
}

/** One that failed, with what is told of it. */
export function failedWith(
  message: string,
  given: Partial<Publication> = {},
  fix = 'Mend it.'
): Outcome {
  const unsettled = { digest: null, refDigest: null, chartDigest: null, configDigest: null }
  const error = { exitCode: 7, message, fix }
  return outcomeOf(
    { ...unsettled, ...given, status: 'failed', error },
    { error: new Error(message) }
  )
}

/** `count` publications of as many charts. */
export function manyOutcomes(count: number): readonly Outcome[] {
  return Array.from({ length: count }, (_, index) => outcomeOf({ name: `chart-${index}` }))
}

/** Texts that would be more than text in HTML, Markdown or on GitHub. */
export const HOSTILE_MARKUP = [
  '| a | b |',
  '`code` ``` <b>bold</b>',
  '</code></td></table></details><script>alert(1)</script>',
  '![x](http://evil.example/x.png) [y](http://evil.example/y)',
  '<img src=x onerror=alert(1)>',
  '<a href="javascript:alert(1)">y</a>',
  '@team @org/team #123 org/repo#123 GH-123',
  'https://evil.example www.evil.example someone@evil.example',
  ':smile: $math$ $$x$$ **bold** _it_ ~~no~~',
  '0123456789abcdef0123456789abcdef01234567 deadbee',
  'line\n\n# heading\r\n\n- item',
  '\u202etfel\u202c \u200b \u001b[31mred',
  '::error::x ##[error]y',
  '&lt;img&gt; &amp; &#60;b&#62;',
  'it\'s "quoted" <!-- comment --> <?php ?> ]]>'
]
