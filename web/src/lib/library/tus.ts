import { Problem } from '$lib/api/problem';
import { session } from '$lib/state/session.svelte';
import { DetailedError, Upload } from 'tus-js-client';
import type { Transport } from './upload-queue';

/** Bytes of a piece: what is lost at most when the line drops just before its end. */
const PIECE_BYTES = 8 * 1024 * 1024;
/** Waits before a piece is tried again, in milliseconds; after the last one the file is held until the line is back. */
const RETRY_MS = [0, 1_000, 3_000, 8_000];

/** What a file is for, besides becoming a draft. */
export interface Replacing {
  clip: number;
  sameItem: boolean;
  /** Tag of the clip that the person saw. */
  tag: string | null;
}

/** Sends files by the protocol tus: each goes on where the station has it, even after the page was loaded anew. */
export function tus(replacing: Replacing | null = null): Transport {
  return (file, hearer) => {
    const metadata: Record<string, string> = { filename: file.name };
    if (replacing) {
      metadata['clip'] = String(replacing.clip);
      metadata['same_item'] = String(replacing.sameItem);
    }
    let stopped = false;
    const upload = new Upload(file, {
      endpoint: '/api/v1/uploads',
      chunkSize: PIECE_BYTES,
      retryDelays: RETRY_MS,
      metadata,
      // A recording for a clip is of that clip only: it is not taken up again as another.
      storeFingerprintForResuming: !replacing,
      removeFingerprintOnSuccess: true,
      onBeforeRequest: (request) => {
        const csrf = session.current?.csrf;
        if (csrf) request.setHeader('X-Loa-CSRF', csrf);
        if (replacing?.tag && request.getMethod() === 'POST') request.setHeader('If-Match', replacing.tag);
      },
      onShouldRetry: (error) => problemOf(error).passing || statusOf(error) === 409 || statusOf(error) === 423,
      onUploadUrlAvailable: () => hearer.named(nameOf(upload)),
      onChunkComplete: (_size, accepted) => hearer.progress(accepted),
      onSuccess: () => hearer.done(nameOf(upload)),
      onError: (error) => void failed(error),
    });

    async function failed(error: Error | DetailedError) {
      const problem = problemOf(error);
      if (problem.code === 'sign_in' && !stopped && (await session.renew())) {
        upload.start();
        return;
      }
      if (!stopped) hearer.failed(problem);
    }

    async function begin() {
      const before = replacing ? [] : await upload.findPreviousUploads().catch(() => []);
      const last = before.at(-1);
      if (last) upload.resumeFromPreviousUpload(last);
      if (!stopped) upload.start();
    }
    void begin();
    return () => {
      stopped = true;
      // What was sent is kept by the station for a day, so that the same file can be taken up again.
      void upload.abort();
    };
  };
}

const nameOf = (upload: Upload): string => upload.url?.split('/').at(-1) ?? '';

const statusOf = (error: Error | DetailedError): number =>
  error instanceof DetailedError ? (error.originalResponse?.getStatus() ?? 0) : 0;

/** Why a request of the protocol failed, as the rest of the page knows it. */
export function problemOf(error: Error | DetailedError): Problem {
  const response = error instanceof DetailedError ? error.originalResponse : null;
  if (!response) return new Problem({ code: 'unreachable', causes: [error.message] });
  const status = response.getStatus();
  try {
    return new Problem({ ...(JSON.parse(response.getBody()) as { code: string }), status });
  } catch {
    return new Problem({ code: status >= 500 ? 'unreachable' : 'unexpected_answer', status });
  }
}
