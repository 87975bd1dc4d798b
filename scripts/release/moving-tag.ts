// Prints the moving tag that a release is to have, such as v1, or nothing: git tag | node scripts/release/moving-tag.ts TAG
import { text } from 'node:stream/consumers'
import { movingTag } from './version.ts'

const [tag = ''] = process.argv.slice(2)
const tags = (await text(process.stdin)).split('\n')
process.stdout.write(movingTag(tag, tags) ?? '')
