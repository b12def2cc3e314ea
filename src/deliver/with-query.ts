/** The url with these parameters added to its query, unless it has them already; the rest of it stays as it is. */
export function withQuery(url: string, query: Readonly<Record<string, string>> = {}): string {
  const missing = Object.entries(query)
  if (missing.length === 0) return url
  const changed = new URL(url)
  for (const [name, value] of missing) {
    // Not `searchParams.set`: it would encode the parameters that are there anew, in another way.
    if (!changed.searchParams.has(name)) changed.search += `${changed.search === '' ? '?' : '&'}${name}=${value}`
  }
  return changed.href
}
