const LETTER = /\p{L}/u
const DIGIT = /\p{Nd}/u

/** The order in which go-yaml v2 writes the keys of a map (sorter.go): letters last, runs of digits as numbers. */
export function byNaturalOrder(a: string, b: string): number {
  const [left, right] = [[...a], [...b]]
  const at = left.findIndex((sign, index) => sign !== right[index])
  const [first, second] = [left[at], right[at]]
  if (first === undefined || second === undefined) return left.length - right.length
  const [isFirstLetter, isSecondLetter] = [LETTER.test(first), LETTER.test(second)]
  if (isFirstLetter !== isSecondLetter) return isSecondLetter ? -1 : 1
  if (isFirstLetter) return codeOf(first) - codeOf(second)
  return byNumbers(left, right, at) || codeOf(first) - codeOf(second)
}

function byNumbers(left: readonly string[], right: readonly string[], at: number): number {
  // A zero within a number does not begin one.
  const isWithin = [left[at], right[at]].includes('0') && hasNumberBefore(left, at)
  const [first, second] = [numberAt(left, at, isWithin), numberAt(right, at, isWithin)]
  if (first.value !== second.value) return first.value < second.value ? -1 : 1
  return first.end - second.end
}

function hasNumberBefore(signs: readonly string[], at: number): boolean {
  for (let index = at - 1; index >= 0 && DIGIT.test(signs[index] ?? ''); index--) {
    if (signs[index] !== '0') return true
  }
  return false
}

function numberAt(signs: readonly string[], start: number, isWithin: boolean) {
  let value = isWithin ? 1n : 0n
  let end = start
  for (; DIGIT.test(signs[end] ?? ''); end++) {
    value = BigInt.asIntN(64, value * 10n + BigInt(codeOf(signs[end] ?? '') - 0x30))
  }
  return { value, end }
}

function codeOf(sign: string): number {
  return sign.codePointAt(0) ?? 0
}
