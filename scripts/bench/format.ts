export function seconds(value: number | undefined): string {
  return value === undefined ? '' : `${value.toFixed(value < 10 ? 2 : 1)} s`
}

export function milliseconds(value: number): string {
  return `${value.toFixed(0)} ms`
}

export function ratio(value: number | undefined): string {
  return value === undefined ? '' : value.toFixed(2)
}

export function mebibytes(bytes: number | undefined): string {
  return bytes === undefined ? '' : `${(bytes / 2 ** 20).toFixed(0)} MiB`
}

/** What passes through a network. */
export function traffic(bytes: number): string {
  if (bytes < 1_000_000) return `${(bytes / 1000).toFixed(1)} kB`
  return `${(bytes / 1_000_000).toFixed(1)} MB`
}
