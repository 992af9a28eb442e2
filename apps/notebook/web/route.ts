/** The open notebook in the page's address: `/?notebook=folder/name.ipynb`. */
export function readRoute(address: string): string | null {
  return new URL(address).searchParams.get('notebook')
}

export function showRoute(path: string | null): void {
  const url = new URL(location.href)
  if (path === null) url.searchParams.delete('notebook')
  else url.searchParams.set('notebook', path)
  if (url.href !== location.href) history.pushState(null, '', url)
}
