import { m } from '$lib/paraglide/messages.js';
import type { Words } from './words';

/** Options of the microphones. */
export const MICROPHONE_OPTIONS: Record<string, Words> = {
  'microphone.id': { label: m.settings_o_microphone_id, hint: m.settings_h_zone_id },
  'microphone.name': { label: m.settings_o_microphone_name, hint: m.settings_h_microphone_name },
  'microphone.device': { label: m.settings_o_microphone_device, hint: m.settings_h_microphone_device },
  'microphone.gain_db': { label: m.settings_o_microphone_gain_db },
  'microphone.chime': { label: m.settings_o_microphone_chime, hint: m.settings_h_microphone_chime },
  'microphone.programme': { label: m.settings_o_microphone_programme },
  'microphone.duck_db': { label: m.settings_o_microphone_duck_db, hint: m.settings_h_microphone_duck_db },
  'microphone.longest_minutes': {
    label: m.settings_o_microphone_longest_minutes,
    hint: m.settings_h_microphone_longest_minutes,
  },
};

/** Words of their choices. */
export const MICROPHONE_CHOICES: Record<string, () => string> = {
  'microphone.programme.pause': m.settings_c_microphone_programme_pause,
  'microphone.programme.duck': m.settings_c_microphone_programme_duck,
};
