/** `a/b/c.ipynb` → `a/b`. */
export function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')))
}

export function joinPath(folder: string, name: string): string {
  return folder === '' ? name : `${folder}/${name}`
}

/** Whether `path` is `parent` or lies in it. */
export function isPathIn(path: string | null, parent: string): boolean {
  return path !== null && (path === parent || path.startsWith(`${parent}/`))
}

/** Where a path is after a file or folder above it was renamed. */
export function movePath(path: string, from: string, to: string): string {
  return isPathIn(path, from) ? to + path.slice(from.length) : path
}

/** A notebook's name with its ending. */
export function withExtension(name: string): string {
  return /\.ipynb$/i.test(name) ? name : `${name}.ipynb`
}

/** `312 B`, `4.1 KB`, `23 MB`. */
export function printSize(bytes: number): string {
  const units = ['B', 'KB', 'MB', 'GB']
  let size = bytes
  let unit = 0
  while (size >= 1_000 && unit < units.length - 1) {
    size /= 1_000
    unit++
  }
  return `${unit === 0 || size >= 9.95 ? Math.round(size) : size.toFixed(1)} ${units[unit]}`
}
