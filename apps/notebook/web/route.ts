/** The open notebook in the page's address: `/?notebook=folder/name.ipynb`. */
export function readRoute(address: string): string | null {
  const path = new URL(address).searchParams.get('notebook')
  return path === '' ? null : path
}

/** With `isSame` it takes the place of the address before: there is nothing to go back to. */
export function showRoute(path: string | null, isSame = false): void {
  const url = new URL(location.href)
  if (path === null) url.searchParams.delete('notebook')
  else url.searchParams.set('notebook', path)
  if (url.href === location.href) return
  if (isSame) history.replaceState(null, '', url)
  else history.pushState(null, '', url)
}
