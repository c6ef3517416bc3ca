import type { Tone } from '$lib/components/outcome';
import { m } from '$lib/paraglide/messages.js';

/** How a state of power is shown. */
export interface PowerWords {
  label: () => string;
  tone: Tone;
}

const WORDS: Record<string, PowerWords> = {
  off: { label: m.air_amplifier_off, tone: 'quiet' },
  switching_on: { label: m.air_amplifier_switching_on, tone: 'doubt' },
  warming: { label: m.air_amplifier_warming, tone: 'doubt' },
  on: { label: m.air_amplifier_on, tone: 'good' },
  switching_off: { label: m.air_amplifier_switching_off, tone: 'doubt' },
};

/** The words for a state of power; one that this page does not know is not known. */
export function powerOf(power: string): PowerWords {
  return WORDS[power] ?? { label: m.air_amplifier_unknown, tone: 'doubt' };
}

/** Whether a person who looks at it would switch it off. */
export function isOn(power: string): boolean {
  return ['switching_on', 'warming', 'on'].includes(power);
}
