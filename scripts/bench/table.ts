/** Cells of text; the first row is the head. */
export type Rows = readonly (readonly string[])[]

/** Columns of equal width for a terminal: the first one begins at the left, all others end at the right. */
export function textTable(rows: Rows): string {
  const widths = (rows[0] ?? []).map((_, column) => {
    return Math.max(...rows.map((row) => (row[column] ?? '').length))
  })
  const lines = rows.map((row) => {
    const cells = widths.map((width, column) => {
      const cell = row[column] ?? ''
      return column === 0 ? cell.padEnd(width) : cell.padStart(width)
    })
    return cells.join('  ').trimEnd()
  })
  return lines.join('\n')
}

/** The same as a table of Markdown. */
export function markdownTable([head = [], ...rows]: Rows): string {
  const line = head.map((_, column) => (column === 0 ? ':--' : '--:'))
  return [head, line, ...rows].map((cells) => `| ${cells.map(escaped).join(' | ')} |`).join('\n')
}

function escaped(cell: string): string {
  return cell.replaceAll('|', '\\|')
}
