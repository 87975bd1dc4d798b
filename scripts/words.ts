// Finds words in texts for users that have a better word: `npm run words` lists them.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

interface Word {
  readonly pattern: RegExp
  readonly better: string
}

/** Words that are not used. */
const WORDS: Readonly<Record<string, Word>> = {
  tell: { pattern: /\b(?:tells?|told|telling|says? of)\b/gi, better: 'report, show, print, list' },
  mend: { pattern: /\bmend(?:s|ed|ing)?\b/gi, better: 'fix, resolve' },
  bear: { pattern: /\b(?:bears?|bearing)\b/gi, better: 'have' },
  'come to': {
    pattern: /\b(?:(?:comes?|came) to|become(?:s)? of|became of)\b/gi,
    better: 'result in, the result of'
  },
  'is there': { pattern: /\b(?:is|are|was|were) there\b/gi, better: 'exists, already exists' },
  'as it is': {
    pattern: /(?<!\b(?:soon|long) )\bas (?:it is|they are)\b/gi,
    better: 'unchanged'
  },
  very: { pattern: /\b(?:its|these|the|this) very\b/gi, better: 'byte for byte, the same' },
  'packed otherwise': {
    pattern: /\bpacked otherwise\b/gi,
    better: 'a different archive with the same files'
  },
  'look at': { pattern: /\blook(?:s|ed|ing)? at\b/gi, better: 'check' },
  mark: {
    pattern: /(?<!byte order )(?<!question )\bmarks?\b/gi,
    better: 'fingerprint: "created by `helm package`"'
  },
  fit: { pattern: /\b(?:fit|unfit)\b/gi, better: 'valid, invalid' },
  way: { pattern: /\b(?:way|go(?:es)? by|went by)\b/gi, better: 'route, use' },
  keep: { pattern: /\b(?:keeps?|kept)\b/gi, better: 'save, saved' },
  'of its own': {
    pattern: /\b(?:of (?:its|their|our|your) own|of ours)\b/gi,
    better: 'its own …, our …'
  },
  'break off': { pattern: /\b(?:broken?|breaks?) (?:\w+ )*?off\b/gi, better: 'interrupt, abort' },
  'at hand': { pattern: /\bat hand\b/gi, better: 'installed, available' },
  'out of step': { pattern: /\bout of step\b/gi, better: 'out of sync' },
  'has since': { pattern: /\banother run has since\b/gi, better: 'another run overwrote it' },
  'one a line': { pattern: /\bone an? line\b/gi, better: 'one per line' },
  'Empty:': { pattern: /\bEmpty: /g, better: 'By default, …' },
  'is no': {
    pattern: /(?<!\bthere )\b(?:is|are|was|were) no (?!longer\b|more\b)/gi,
    better: 'is not a …'
  },
  alone: { pattern: /\balone\b/gi, better: 'only' },
  beside: { pattern: /\bbesides?\b/gi, better: 'and, also, next to, while' },
  lack: { pattern: /\black(?:s|ed|ing)?\b/gi, better: 'without, does not have' }
}

interface Hit {
  readonly file: string
  readonly line: number
  readonly word: string
  readonly text: string
}

const ROOT = join(import.meta.dirname, '..')

/** At the root, with action.yml. */
const DOCUMENTS = ['ARCHITECTURE.md', 'CHANGELOG.md', 'CONTRIBUTING.md', 'README.md', 'SECURITY.md']

/** Every word with a better one: in the documents at the root and in docs/, in action.yml, in examples/, and in the texts in src/. */
export function findWords(): readonly Hit[] {
  const docs = readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
  const pages = docs.filter((name) => name.endsWith('.md')).map((name) => `docs/${name}`)
  const files = readdirSync(join(ROOT, 'examples'), { recursive: true, encoding: 'utf8' })
  const examples = files
    .filter((name) => /\.(?:yml|sh)$/.test(name))
    .map((name) => `examples/${name}`)
  const sources = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })
  const code = sources.filter((name) => name.endsWith('.ts')).map((name) => `src/${name}`)
  return [
    ...[...DOCUMENTS, 'action.yml', ...pages.sort(), ...examples.sort()].flatMap((file) =>
      hitsIn(file, read(file))
    ),
    ...code.sort().flatMap((file) => hitsIn(file, textsIn(read(file))))
  ]
}

/** Says where each word stands, and what to write. */
export function describe({ file, line, word, text }: Hit): string {
  return `${file}:${line}: "${text}" → ${WORDS[word]?.better}`
}

function hitsIn(file: string, source: string): readonly Hit[] {
  return source.split('\n').flatMap((content, index) => {
    return Object.entries(WORDS).flatMap(([word, { pattern }]) => {
      const texts = [...content.matchAll(pattern)].map(([text]) => text)
      return texts.map((text) => ({ file, line: index + 1, word, text }))
    })
  })
}

/** The string literals of a source with a blank in them, each on its line; all else is left out. */
export function textsIn(source: string): string {
  const code = source.replace(NO_CODE, blanks)
  let end = 0
  const parts = [...code.matchAll(LITERAL)].map(({ 0: literal, index }) => {
    const before = blanks(code.slice(end, index))
    end = index + literal.length
    const text = literal.replace(/\$\{[^{}`]*\}/g, blanks)
    return before + (text.trim().includes(' ') ? text : blanks(text))
  })
  return parts.join('')
}

/** Comments and imports. */
const NO_CODE = /^\s*\/\*\*?[\s\S]*?\*\/|^\s*\/\/.*$|^(?:import|export) .* from .*$/gm
/** With templates in the expressions of templates. */
const LITERAL =
  /'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\$]|\\.|\$(?!\{)|\$\{(?:[^`{}]|`[^`]*`)*\})*`/g

function blanks(text: string): string {
  return text.replace(/[^\n]/g, ' ')
}

function read(file: string): string {
  return readFileSync(join(ROOT, file), 'utf8')
}

if (process.argv[1] === import.meta.filename) {
  const hits = findWords()
  for (const hit of hits) process.stdout.write(`${describe(hit)}\n`)
  process.exitCode = hits.length === 0 ? 0 : 1
}
