import type { LiveView } from '$lib/api/types';
import { render } from 'svelte/server';
import { describe, expect, it, vi } from 'vitest';
import Sounding from './Sounding.svelte';

// Where the browser keeps the language and the theme of the page; nothing is kept here.
vi.hoisted(() => {
  vi.stubGlobal('localStorage', { getItem: () => null });
  vi.stubGlobal('document', { documentElement: { dataset: {} } });
});

const view = (paused: boolean) =>
  ({
    now: '2026-11-24T05:00:10+07:00',
    on_air: {
      title: 'Bản tin một',
      start: '2026-11-24T05:00:00+07:00',
      position_ms: 10_000,
      length_ms: 60_000,
      paused,
    },
    upcoming: [{ title: 'Bản tin hai', start: '2026-11-24T05:01:00+07:00', length_ms: 60_000 }],
  }) as LiveView;
const shown = (paused: boolean) => render(Sounding, { props: { view: view(paused), now: null, fresh: true } }).body;

describe('what follows', () => {
  it('has its time while the air goes on', () => {
    expect(shown(false)).toContain('05:01:00');
    expect(shown(false)).not.toContain('sau khi phát tiếp');
  });

  it('waits while something is held, and says so instead of a time', () => {
    expect(shown(true)).toContain('sau khi phát tiếp');
    expect(shown(true)).not.toContain('05:01:00');
  });
});
