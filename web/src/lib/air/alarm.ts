import type { components } from '$lib/api/schema';
import { fmt } from '$lib/format';
import { m } from '$lib/paraglide/messages.js';
import { getLocale } from '$lib/paraglide/runtime.js';

/** An alarm of the list. */
export type ListedAlarm = components['schemas']['ListedAlarm'];

/** Something that people should know of at once, as the station tells it. */
export interface Alarm {
  severity: string;
  code: string;
  values: Record<string, string>;
}

/** Why a broadcast was missed; a reason that this page does not know by its own word. */
export function missReason(reason: string): string {
  const words: Record<string, () => string> = {
    station_off: m.air_miss_station_off,
    late: m.air_miss_late,
    nothing_to_air: m.air_miss_nothing_to_air,
    not_permitted: m.air_miss_not_permitted,
    no_output: m.air_miss_no_output,
    bad_audio: m.air_miss_bad_audio,
    clock: m.air_miss_clock,
    zone_busy: m.air_miss_zone_busy,
    muted: m.air_miss_muted,
  };
  return words[reason]?.() ?? reason;
}

/** What is wrong with a recording, in words. */
function recordingFault(fault: string, error: string): string {
  switch (fault) {
    case 'unwritable':
      return m.air_recording_unwritable({ error });
    case 'not_growing':
      return m.air_recording_not_growing();
    case 'lost':
      return m.air_recording_lost();
    case 'silent':
      return m.air_recording_silent();
    case 'damaged':
      return m.air_recording_damaged({ error });
    default:
      return error;
  }
}

/** Whose item of priority goes first when nobody says so. */
export function firstText(first: string): string {
  return first === 'own' ? m.air_alarm_priority_first_own() : m.air_alarm_priority_first_higher();
}

/** The sentence of an alarm; one that this page does not know by its code, so that none is ever hidden. */
export function alarmText({ code, values }: Alarm): string {
  const of = (name: string) => values[name] ?? '';
  const named = (what: string) => of(`${what}_name`) || of(what);
  const length = (name: string) => fmt.duration(Number(of(name)));
  const broadcast = () => ({ name: of('name'), time: of('start') ? fmt.hourAndMinute(of('start')) : '' });
  switch (code) {
    case 'output_lost':
      return m.air_alarm_output_lost({ zone: named('zone'), error: of('error') });
    case 'emergency':
      return m.air_alarm_emergency({ title: of('title'), name: of('by') });
    case 'muted':
      return m.air_alarm_muted({ zone: named('zone'), name: of('by') });
    case 'clock_untrusted':
      return m.air_alarm_clock_untrusted();
    case 'log_waiting':
      return m.air_alarm_log_waiting({ records: fmt.number(Number(of('records'))) });
    case 'disk_low':
      return m.air_alarm_disk_low({
        free: fmt.bytes(Number(of('free_bytes'))),
        wanted: fmt.bytes(Number(of('wanted_bytes'))),
      });
    case 'missed':
      return m.air_alarm_missed({ ...broadcast(), reason: missReason(of('reason')) });
    case 'nothing_to_air':
      return m.air_alarm_nothing_to_air(broadcast());
    case 'short_of':
      return m.air_alarm_short_of({
        ...broadcast(),
        planned: fmt.duration(Number(of('planned_ms'))),
        room: fmt.duration(Number(of('room_ms'))),
      });
    case 'priority_tie':
      return m.air_alarm_priority_tie({
        higher: of('higher'),
        own: of('own'),
        until: fmt.hourAndMinute(of('until')),
        first: firstText(of('first')),
      });
    case 'recording_bad':
      return m.air_alarm_recording_bad({ zone: named('zone'), fault: recordingFault(of('fault'), of('error')) });
    case 'relay_recording_bad':
      return m.air_alarm_relay_recording_bad({
        relay: named('relay'),
        fault: recordingFault(of('fault'), of('error')),
      });
    case 'amplifier_fault':
      return m.air_alarm_amplifier_fault({ zone: named('zone'), error: of('error') });
    case 'silence':
      return m.air_alarm_silence({ zone: named('zone'), title: of('title'), length: length('silent_ms') });
    case 'level_out_of_range':
      return m.air_alarm_level({
        zone: named('zone'),
        title: of('title'),
        loudness: fmt.loudness(Number(of('loudness_lufs'))),
        from: fmt.loudness(Number(of('lufs_min'))),
        to: fmt.loudness(Number(of('lufs_max'))),
      });
    case 'late_start': {
      const values = { ...broadcast(), length: length('late_ms') };
      return of('begun') === 'true' ? m.air_alarm_late_begun(values) : m.air_alarm_late(values);
    }
    case 'relay_failed':
      return m.air_alarm_relay({ name: of('name'), fault: (getLocale() === 'vi' && of('fault_vi')) || of('fault') });
    case 'unsent':
      return of('way') === 'webhook'
        ? m.air_alarm_unsent_webhook({ error: of('error') })
        : m.air_alarm_unsent_command({ error: of('error') });
    case 'not_heard':
      return m.air_alarm_not_heard({ zone: named('zone'), title: of('title') });
    case 'return_lost':
      return m.air_alarm_return_lost({ zone: named('zone'), error: of('error') });
    case 'leaving':
      return m.air_alarm_leaving();
    default:
      return `${code} ${Object.values(values).join(', ')}`.trim();
  }
}
