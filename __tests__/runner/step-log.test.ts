import { describe, expect, test } from '@jest/globals'
import { Masks } from '../support/runner/masks.ts'
import { StepLog } from '../support/runner/step-log.ts'

function logOf(lines: readonly string[], { masks = new Masks(), debug = false } = {}): StepLog {
  const log = new StepLog(masks, debug)
  for (const line of lines) log.receive(line)
  return log
}

test('AddMaskCommandExtension: what is written before a mask stays as it was', () => {
  const log = logOf(['a secret', '::add-mask::secret', 'a secret'])
  expect(log.lines).toEqual(['a secret', 'a ***'])
})

test('AddMaskCommandExtension: a blank mask is a warning and masks nothing', () => {
  const log = logOf(['::add-mask:: ', 'a b'])
  expect(log.annotations).toMatchObject([
    { level: 'warning', message: expect.stringContaining('empty string') }
  ])
  expect(log.lines.at(-1)).toBe('a b')
})

test('SetOutputCommandExtension, SaveStateCommandExtension: the old commands still act, and need a name', () => {
  const log = logOf(['::set-output name=a::b', ' ##[save-state name=c]d'])
  expect([log.outputs, log.state, log.failed]).toEqual([{ a: 'b' }, { c: 'd' }, false])
  const nameless = logOf(['::set-output::b'])
  expect(nameless.failed).toBe(true)
  expect(nameless.annotations.map(({ level }) => level)).toEqual(['error', 'error'])
})

test.each(['::set-env name=a::b', '::add-path::/bin'])(
  '%s is disabled and fails the step',
  (line) => {
    expect(logOf([line])).toMatchObject({ failed: true })
  }
)

test('GroupingCommandExtension, IssueCommandExtension: what the log shows', () => {
  const log = logOf([
    '::group::title',
    'x',
    '::endgroup::',
    '::warning file=a::y%0Az',
    '::debug::w'
  ])
  expect(log.lines).toEqual(['##[group]title', 'x', '##[endgroup]', '##[warning]y\nz'])
  expect(log.annotations).toEqual([
    { level: 'warning', message: 'y\nz', properties: { file: 'a' } }
  ])
})

test('OutputManager: marks that are the runner’s own are spoilt', () => {
  expect(logOf(['a ##[start-action x]']).lines).toEqual(['a ##[\\start-action x]'])
})

test('ExecutionContext: debug lines and echoed commands are shown with debug logging alone, masks never', () => {
  const lines = ['::debug::a%0Ab', '::add-mask::secret', '::save-state name=c::secret']
  expect(logOf(lines).lines).toEqual([])
  expect(logOf(lines, { debug: true }).lines).toEqual([
    '##[debug]a',
    '##[debug]b',
    '::add-mask::***',
    '::save-state name=c::***'
  ])
})

test('EchoCommandExtension: on and off; anything else fails the step', () => {
  const log = logOf([
    '::echo::on',
    '::save-state name=a::b',
    '::echo::OFF',
    '::save-state name=a::c'
  ])
  expect(log.lines).toEqual(['::save-state name=a::b', '::echo::OFF'])
  expect(logOf(['::echo::maybe']).failed).toBe(true)
})

describe('ActionCommandManager: stop-commands', () => {
  test('until its token comes, commands are text, also masks', () => {
    const log = logOf([
      '::stop-commands::pause-x1',
      '::add-mask::secret',
      '##[error]secret',
      '::PAUSE-x1::',
      '::notice::y'
    ])
    expect(log.lines).toEqual([
      '::stop-commands::***',
      '::add-mask::secret',
      '##[error]secret',
      '::PAUSE-x1::',
      '##[notice]y'
    ])
    expect(log.annotations).toHaveLength(1)
  })

  test('a token of more than six characters becomes a mask', () => {
    expect(logOf(['::stop-commands::123456', '123456']).lines.at(-1)).toBe('123456')
    expect(logOf(['::stop-commands::1234567', '1234567']).lines.at(-1)).toBe('***')
  })

  test.each(['', 'pause-logging', 'error', 'Add-Mask'])(
    'the token %j fails the step and stops nothing',
    (token) => {
      const log = logOf([`::stop-commands::${token}`, '::set-output name=a::b'])
      expect([log.failed, log.outputs]).toEqual([true, { a: 'b' }])
    }
  )
})

describe('ExecutionContext.AddIssue', () => {
  test('ten annotations of a level are kept; the log has all', () => {
    const errors = Array.from({ length: 12 }, (_, index) => `::error::${index}`)
    const log = logOf([...errors, '::notice::x'])
    expect(log.annotations.map(({ message }) => message)).toEqual([
      ...Array.from({ length: 10 }, (_, index) => String(index)),
      'x'
    ])
    expect(log.lines).toHaveLength(13)
  })

  test('a message is masked, then cut at 4096 characters', () => {
    const masks = new Masks(['secret'])
    const { annotations } = logOf([`::error::secret${'x'.repeat(5000)}`], { masks })
    expect(annotations[0]?.message).toBe(`***${'x'.repeat(4093)}`)
  })

  test('titles and files are not masked', () => {
    const { annotations } = logOf(['::error title=secret,file=secret::secret'], {
      masks: new Masks(['secret'])
    })
    expect(annotations).toEqual([
      { level: 'error', message: '***', properties: { title: 'secret', file: 'secret' } }
    ])
  })

  test.each([
    ['line=3,endLine=3,col=1,endColumn=2', { line: '3', endline: '3', col: '1', endcolumn: '2' }],
    ['line=3,endLine=4,col=1', { line: '3', endline: '4' }],
    ['endLine=4', { line: '4', endline: '4' }],
    ['col=1', {}],
    ['line=4,endLine=3', {}],
    ['line=3,col=2,endColumn=1', { line: '3' }],
    ['line=3,endColumn=1', { line: '3', col: '1', endcolumn: '1' }]
  ])('the place %s is kept as far as it makes sense', (place, properties) => {
    expect(logOf([`::error ${place}::x`]).annotations[0]?.properties).toEqual(properties)
  })
})
