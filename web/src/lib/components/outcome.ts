import { m } from '$lib/paraglide/messages.js';
import Ban from '@lucide/svelte/icons/ban';
import CircleCheck from '@lucide/svelte/icons/circle-check';
import CircleDashed from '@lucide/svelte/icons/circle-dashed';
import CircleDotDashed from '@lucide/svelte/icons/circle-dot-dashed';
import CircleX from '@lucide/svelte/icons/circle-x';
import Layers from '@lucide/svelte/icons/layers';
import Radio from '@lucide/svelte/icons/radio';
import type { Component } from 'svelte';

/** What a colour of the design stands for. */
export type Tone = 'good' | 'doubt' | 'bad' | 'other' | 'quiet' | 'air' | 'accent';

/** How an outcome is shown: never by its colour alone. */
export interface Shown {
  label: string;
  tone: Tone;
  icon: Component;
}

/** How an occurrence or airing ended; `null`: still to come; `on_air`: now. */
export function shown(outcome: string | null | undefined): Shown {
  switch (outcome) {
    case 'aired':
      return { label: m.common_outcome_aired(), tone: 'good', icon: CircleCheck };
    case 'partial':
      return { label: m.common_outcome_partial(), tone: 'doubt', icon: CircleDotDashed };
    case 'missed':
      return { label: m.common_outcome_missed(), tone: 'bad', icon: CircleX };
    case 'not_aired':
      return { label: m.log_outcome_not_aired(), tone: 'bad', icon: CircleX };
    case 'cancelled':
      return { label: m.common_outcome_cancelled(), tone: 'quiet', icon: Ban };
    case 'superseded':
      return { label: m.common_outcome_superseded(), tone: 'other', icon: Layers };
    case 'on_air':
      return { label: m.common_outcome_on_air(), tone: 'air', icon: Radio };
    default:
      return { label: outcome ?? m.common_outcome_to_come(), tone: 'quiet', icon: CircleDashed };
  }
}
