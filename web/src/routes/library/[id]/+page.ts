import { api, ask, askTagged } from '$lib/api/client';
import { orErrorPage } from '$lib/api/load';
import { error } from '@sveltejs/kit';
import type { PageLoad } from './$types';

/** Columns of the picture: as wide as any page. */
const COLUMNS = 1_500;

export const load: PageLoad = async ({ params, depends }) => {
  const id = Number(params.id);
  if (!Number.isInteger(id) || id <= 0) error(404, { message: params.id });
  depends(`loa:clip-${id}`);
  const at = { path: { id } };
  const [clip, choices, history, ahead, picture] = await orErrorPage(
    Promise.all([
      askTagged(api.GET('/api/v1/clips/{id}', { params: at })),
      ask(api.GET('/api/v1/clip-choices')),
      ask(api.GET('/api/v1/clips/{id}/history', { params: at })),
      ask(api.GET('/api/v1/clips/{id}/ahead', { params: at })),
      // A recording without a picture can be listened to all the same.
      ask(api.GET('/api/v1/clips/{id}/waveform', { params: { ...at, query: { columns: COLUMNS } } })).catch(() => null),
    ]),
  );
  return { clip: clip.data, tag: clip.tag, choices, history, ahead, picture };
};
