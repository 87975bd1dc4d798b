/**
 * One link of a Link field (RFC 8288, 3): its target, then parameters up to the comma before the next. A target
 * holds no `<` (RFC 3986, 2); if it could, a field of many of them would be read to its end for each.
 */
const LINK = /<([^<>]*)>((?:\s*;\s*[^\s=;,]+\s*(?:=\s*(?:"(?:[^"\\]|\\.)*"|[^",;\s]*))?)*)/g
const PARAMETER = /;\s*([^\s=;,]+)\s*(?:=\s*(?:"((?:[^"\\]|\\.)*)"|([^",;\s]*)))?/g

/**
 * The target of the first `rel=next` in a Link field: in several lines or in one, quoted or not, among other
 * relations.
 */
export function nextLink(field: string | readonly string[] | undefined): string | undefined {
  const lines = field === undefined ? [] : typeof field === 'string' ? [field] : field
  for (const [, target, parameters = ''] of lines.join(', ').matchAll(LINK)) {
    if (relationsIn(parameters).includes('next')) return target
  }
  return undefined
}

function relationsIn(parameters: string): readonly string[] {
  for (const [, name = '', quoted, bare = ''] of parameters.matchAll(PARAMETER)) {
    if (name.toLowerCase() === 'rel') return (quoted ?? bare).toLowerCase().split(/\s+/)
  }
  return []
}
