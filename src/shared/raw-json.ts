import { endOfText, parseJson } from './json.ts'

/** A text, by its first quote, or a character that gives JSON its form, with how many lists and objects it stands in. */
interface Mark {
  readonly at: number
  readonly char: string
  readonly level: number
}

const FORM = '"[]{},:'
const STEPS: Readonly<Record<string, number>> = { '[': 1, '{': 1, ']': -1, '}': -1 }

/**
 * The items of the list that the outermost object of some JSON has under `key`, as they stand there: what is parsed and
 * written again may differ in the order of keys that are numbers, and in large numbers. None where there is no such list;
 * of several keys of that name the last counts, as for JSON.parse.
 */
export function rawItems(json: Buffer, key: string): readonly Buffer[] {
  const marks = [...marksIn(json, 2)]
  const colon = marks.findLastIndex(({ char, level }, index) => {
    return level === 1 && char === ':' && textAt(json, marks[index - 1]) === key
  })
  const [opening, ...inside] = marks.slice(colon + 1)
  if (colon === -1 || opening?.char !== '[') return []
  const closing = inside.findIndex(({ char, level }) => level === 2 && char === ']')
  const ends = inside.slice(0, closing + 1).filter(({ char, level }) => {
    return level === 2 && (char === ',' || char === ']')
  })
  const starts = [opening, ...ends]
  return ends
    .map(({ at }, index) => json.subarray((starts[index]?.at ?? 0) + 1, at))
    .filter((item) => item.toString('utf8').trim() !== '')
}

function textAt(json: Buffer, mark: Mark | undefined): unknown {
  if (mark?.char !== '"') return undefined
  return parseJson(json.subarray(mark.at, endOfText(json, mark.at + 1) + 1))
}

/** The marks down to a level: what is deeper can be most of the text, and is not looked at. */
function* marksIn(json: Buffer, deepest: number): Generator<Mark> {
  let level = 0
  for (let at = 0; at < json.length; at++) {
    const char = String.fromCharCode(json[at] ?? 0)
    if (level <= deepest && FORM.includes(char)) yield { at, char, level }
    level += STEPS[char] ?? 0
    if (char === '"') at = endOfText(json, at + 1)
  }
}
