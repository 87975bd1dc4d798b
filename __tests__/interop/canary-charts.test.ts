import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { type Lab, openLab, type Source } from '../support/canary/lab.ts'
import { type Face, play } from '../support/canary/stage.ts'
import { isPutBlob } from '../support/faults/faults.ts'

let lab: Lab

beforeAll(async () => {
  lab = await openLab()
})

afterAll(() => lab.close())

const OF_JOB: readonly Source[] = ['request URL', 'request token', 'SIGSTORE_ID_TOKEN']
const BY_INPUT: readonly Source[] = ['github-token', 'cosign-key', 'cosign-password']
const FORMS = {
  'as it is': (secret: string) => secret,
  'in base64': (secret: string) => Buffer.from(secret).toString('base64')
}
const FACES: readonly Face[] = ['action', 'command']
const CASES = FACES.flatMap((face) => {
  return [...OF_JOB, ...BY_INPUT].flatMap((source) => {
    return Object.entries(FORMS).map(([form, write]) => ({ face, source, form, write }))
  })
})

test.each(CASES)(
  'a chart with the $source $form in a file is refused by the $face before anything is sent',
  async ({ face, source, write }) => {
    const uploads: string[] = []
    const evidence = await play(lab, face, {
      signs: BY_INPUT.includes(source) && source !== 'github-token' ? 'with a key' : 'on GitHub',
      files: ({ secrets }) => ({ 'files/odd.txt': `before\n${write(secrets[source])}\n` }),
      registry: (request) => {
        if (isPutBlob(request)) uploads.push(request.url)
        return undefined
      }
    })
    const { code, stdout, stderr } = evidence.result
    expect({ code, uploads }).toEqual({ code: 4, uploads: [] })
    expect(`${stdout}${stderr}`).toMatch(
      /The chart contains a secret of this run: "files\/odd.txt", line 2/
    )
    expect(evidence.strayed.filter((find) => !find.startsWith('file chart/'))).toEqual([])
  }
)
