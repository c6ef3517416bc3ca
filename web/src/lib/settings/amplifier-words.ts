import { m } from '$lib/paraglide/messages.js';
import type { Words } from './words';

/** Options of a zone's amplifier, by key. */
export const AMPLIFIER_OPTIONS: Record<string, Words> = {
  'zone.amplifier.switch': { label: m.settings_o_zone_amplifier_switch, hint: m.settings_h_zone_amplifier_switch },
  'zone.amplifier.warm_up_seconds': {
    label: m.settings_o_zone_amplifier_warm_up_seconds,
    hint: m.settings_h_zone_amplifier_warm_up_seconds,
  },
  'zone.amplifier.tail_seconds': { label: m.settings_o_zone_amplifier_tail_seconds },
  'zone.amplifier.pause_seconds_min': {
    label: m.settings_o_zone_amplifier_pause_seconds_min,
    hint: m.settings_h_zone_amplifier_pause_seconds_min,
  },
  'zone.amplifier.answer_seconds_max': {
    label: m.settings_o_zone_amplifier_answer_seconds_max,
    hint: m.settings_h_zone_amplifier_answer_seconds_max,
  },
  'zone.amplifier.gpio.chip': { label: m.settings_o_zone_amplifier_gpio_chip },
  'zone.amplifier.gpio.line': { label: m.settings_o_zone_amplifier_gpio_line },
  'zone.amplifier.gpio.active_low': {
    label: m.settings_o_zone_amplifier_gpio_active_low,
    hint: m.settings_h_zone_amplifier_gpio_active_low,
  },
  'zone.amplifier.gpio.confirm_line': {
    label: m.settings_o_zone_amplifier_gpio_confirm_line,
    hint: m.settings_h_zone_amplifier_gpio_confirm_line,
  },
  'zone.amplifier.gpio.confirm_active_low': { label: m.settings_o_zone_amplifier_gpio_confirm_active_low },
  'zone.amplifier.http.on': {
    label: m.settings_o_zone_amplifier_http_on,
    hint: m.settings_h_zone_amplifier_http_on,
  },
  'zone.amplifier.http.off': { label: m.settings_o_zone_amplifier_http_off },
  'zone.amplifier.http.method': { label: m.settings_o_zone_amplifier_http_method },
  'zone.amplifier.http.on_text': {
    label: m.settings_o_zone_amplifier_http_on_text,
    hint: m.settings_h_zone_amplifier_http_text,
  },
  'zone.amplifier.http.off_text': {
    label: m.settings_o_zone_amplifier_http_off_text,
    hint: m.settings_h_zone_amplifier_http_text,
  },
  'zone.amplifier.http.confirm': {
    label: m.settings_o_zone_amplifier_http_confirm,
    hint: m.settings_h_zone_amplifier_http_confirm,
  },
  'zone.amplifier.http.confirm_on_text': { label: m.settings_o_zone_amplifier_http_confirm_on_text },
  'zone.amplifier.http.confirm_off_text': { label: m.settings_o_zone_amplifier_http_confirm_off_text },
  'zone.amplifier.http.user': { label: m.settings_o_zone_amplifier_http_user },
  'zone.amplifier.http.password_file': {
    label: m.settings_o_zone_amplifier_http_password_file,
    hint: m.settings_h_zone_amplifier_http_password_file,
  },
};

/** Words of their choices, by option and word. */
export const AMPLIFIER_CHOICES: Record<string, () => string> = {
  'zone.amplifier.switch.none': m.settings_c_zone_amplifier_switch_none,
  'zone.amplifier.switch.command': m.settings_c_zone_amplifier_switch_command,
  'zone.amplifier.switch.gpio': m.settings_c_zone_amplifier_switch_gpio,
  'zone.amplifier.switch.http': m.settings_c_zone_amplifier_switch_http,
  'zone.amplifier.http.method.get': m.settings_c_zone_amplifier_http_method_get,
  'zone.amplifier.http.method.post': m.settings_c_zone_amplifier_http_method_post,
};
