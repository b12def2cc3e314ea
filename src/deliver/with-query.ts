/** The url with these in its query, where they are missing; the rest of it stays as it is. */
export function withQuery(url: string, query: Readonly<Record<string, string>> = {}): string {
  const missing = Object.entries(query)
  if (missing.length === 0) return url
  const changed = new URL(url)
  for (const [name, value] of missing) {
    // Not `searchParams.set`, which writes what stands there anew, in another way.
    if (!changed.searchParams.has(name)) changed.search += `${changed.search === '' ? '?' : '&'}${name}=${value}`
  }
  return changed.href
}
