import { api, ask } from '$lib/api/client';
import type { Proof } from './types';

/** The largest file that the station keeps as evidence. Bytes. */
export const EVIDENCE_BYTES_MAX = 20_000_000;
/** Files that are asked for at once; the station takes ten pieces of evidence of an entry, a link and a document among them. */
export const FILES_MAX = 8;

/** Has the station keep a file; how an entry names it. Sent again it is the same one. Throws a `Problem`. */
export function keepFile(file: File): Promise<Proof> {
  return ask(
    api.POST('/api/v1/activities/evidence', {
      params: { query: { name: file.name } },
      // The file itself: the description of the interface knows it as bytes.
      body: file as never,
      bodySerializer: (body: unknown) => body as Blob,
      headers: { 'Content-Type': 'application/octet-stream' },
    }),
  );
}

/** Where a file that proves an entry is fetched. */
export const fileHref = (entry: number, proof: Proof) => `/api/v1/activities/${entry}/evidence/${proof.digest ?? ''}`;
