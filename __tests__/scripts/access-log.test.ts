import { expect, test } from '@jest/globals'
import { requestsIn, tokensIn } from '../../scripts/bench/access-log.ts'

const DIGEST = `sha256:${'0'.repeat(64)}`
const line = (request: string, status: number) =>
  `127.0.0.1 - - [30/Nov/2026:03:19:57 +0000] "${request}" ${status} 0 "" "Helm/4.3"`

test('requests have their method, what they are about, and their status', () => {
  const log = [
    line('GET /v2/ HTTP/1.1', 401),
    line('GET /v2/team/demo/manifests/1.0.0 HTTP/1.1', 404),
    line(`HEAD /v2/team/demo/blobs/${DIGEST} HTTP/2.0`, 404),
    line('POST /v2/team/demo/blobs/uploads/ HTTP/2.0', 202),
    line(`PUT /v2/team/demo/blobs/uploads/1-2?_state=x&digest=${DIGEST} HTTP/1.1`, 201),
    line(`PUT /v2/team/manifests/manifests/${DIGEST} HTTP/1.1`, 201),
    line('GET /v2/team/demo/tags/list?n=1 HTTP/1.1', 200)
  ]
  expect(requestsIn(log.join('\n'))).toEqual([
    'GET ping 401',
    'GET manifest 404',
    'HEAD blob 404',
    'POST upload 202',
    'PUT upload 201',
    'PUT manifest 201',
    'GET tags 200'
  ])
})

test('other lines that name a request are not counted', () => {
  const other =
    'level=error msg="response completed with error" http.request.uri="/v2/a/manifests/1"'
  expect(requestsIn(`${other}\n${line('GET /metrics HTTP/1.1', 200)}\n`)).toEqual([])
})

test('tokens are counted by the lines of docker_auth', () => {
  const log = 'I1130 server.go:424] New token for {ci:***@127.0.0.1:1 []} map[]\n'
  expect(tokensIn(`I1130 main.go] Serving on 127.0.0.1\n${log}${log}`)).toBe(2)
  expect(tokensIn('')).toBe(0)
})
