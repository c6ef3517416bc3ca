/** What of the library is shown; also what stands in the address of the page, so that it can be sent and come back to. */
export interface Filter {
  text?: string;
  state?: string;
  topic?: string;
  campaign?: string;
  genre?: string;
  source?: string;
  never_aired?: boolean;
  order?: string;
}

const FIELDS = ['text', 'state', 'topic', 'campaign', 'genre', 'source', 'order'] as const;

/** The filter that an address asks for. */
export function queryOf(address: URLSearchParams): Filter {
  const filter: Filter = {};
  for (const field of FIELDS) {
    const value = address.get(field);
    if (value) filter[field] = value;
  }
  if (address.get('never_aired') === 'true') filter.never_aired = true;
  return filter;
}

/** The address that shows a filter. */
export function addressOf(filter: Filter): string {
  const address = new URLSearchParams();
  for (const field of FIELDS) {
    const value = filter[field]?.trim();
    if (value) address.set(field, value);
  }
  if (filter.never_aired) address.set('never_aired', 'true');
  const query = address.toString();
  return query ? `/library?${query}` : '/library';
}
