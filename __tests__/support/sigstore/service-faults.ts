// Without Jest, so that scripts can use it too.
import { always, type Fault, first } from './fake-service.ts'

/** What a service does, and what a run says of that. */
export interface ServiceFault {
  /** @param elsewhere another host, to which nothing is to go */
  readonly fault: (elsewhere: string) => Fault
  /** A part of the message or of its reason; what passes needs none. */
  readonly says: string | undefined
}

const JSON_TYPE = { 'content-type': 'application/json' }
/** What a viewer of the log, or the runner, would act on. */
export const TRICKS =
  'no\n::set-output name=digest::forged\r\n\u001b[31m::stop-commands::x\u0007 here'
const HUGE = 'x'.repeat(5 * 1024 * 1024)
const PAGE = '<!doctype html><title>Welcome</title><p>Please log in'

/** Nobody gets an answer: the connection is reset. */
const RESETS: Fault = (_, response) => {
  response.socket?.resetAndDestroy()
  return true
}

/** A refusal that repeats all that was sent. */
const ECHOES: Fault = ({ path, headers, body }, response) => {
  const message = `refused: ${path} ${JSON.stringify(headers)} ${body}`
  const errors = [{ message: headers.authorization ?? '' }, { message: body.slice(0, 150) }]
  response.writeHead(400, { ...JSON_TYPE, warning: `299 - "${headers.authorization}"` })
  response.end(JSON.stringify({ code: 3, message, errors }))
  return true
}

/** As much of an answer as makes nobody wait for the rest. */
const BREAKS_OFF: Fault = (_, response) => {
  response.writeHead(200, { ...JSON_TYPE, 'content-length': '999' })
  response.write('{')
  setTimeout(() => response.socket?.destroy(), 50)
  return true
}

/** What any service may do. */
export const ANY_SERVICE: Readonly<Record<string, ServiceFault>> = {
  'answers 500 twice': { fault: () => first(2, always(500)), says: undefined },
  'resets a connection': { fault: () => first(1, RESETS), says: undefined },
  'breaks off an answer': { fault: () => first(1, BREAKS_OFF), says: undefined },
  'limits requests for a second': {
    fault: () => first(1, always(429, '{}', { 'retry-after': '1' })),
    says: undefined
  },
  'answers 500 always': { fault: () => always(500), says: 'It answered 500' },
  'answers 403': { fault: () => always(403, { message: 'no' }), says: 'It answered 403' },
  'answers 404': { fault: () => always(404), says: 'It answered 404' },
  'limits requests for an hour': {
    fault: () => always(429, '{}', { 'retry-after': '3600' }),
    says: 'It answered 429'
  },
  'redirects to another host': {
    fault: (location) => always(307, '', { location }),
    says: 'It redirects (307)'
  },
  'sends 5 MiB': { fault: () => always(200, HUGE), says: 'more than' },
  'sends a page': {
    fault: () => always(200, PAGE, { 'content-type': 'text/html' }),
    says: 'Its answer'
  },
  'sends a page with 502': { fault: () => always(502, PAGE), says: 'It answered 502' },
  'sends nothing': { fault: () => always(200), says: 'Its answer' },
  'refuses with control characters': {
    fault: () => always(400, { message: TRICKS }, JSON_TYPE),
    says: 'It answered 400'
  },
  'refuses, and repeats what it was sent': { fault: () => ECHOES, says: 'It answered 400' },
  'resets every connection': { fault: () => RESETS, says: 'It was tried 4 times' }
}
