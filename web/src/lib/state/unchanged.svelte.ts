/**
 * A value that stays the very same as long as it says the same. Pages are fetched anew whenever the station tells of a change, and
 * what their address says is then handed down as another object of the same words: what a person is typing must not give way to it.
 */
export function unchanged<T>(of: () => T): () => T {
  const words = $derived(JSON.stringify(of()));
  const value = $derived(JSON.parse(words) as T);
  return () => value;
}
