const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf])

/**
 * The bytes of a chart's file as Helm hands them on when it loads a directory or an archive: without
 * one leading UTF-8 byte order mark (helm, pkg/chart/v2/loader, directory.go). Others stay.
 */
export function loadedBytes(file: Buffer): Buffer {
  const marked = file.subarray(0, BYTE_ORDER_MARK.length).equals(BYTE_ORDER_MARK)
  return marked ? file.subarray(BYTE_ORDER_MARK.length) : file
}
