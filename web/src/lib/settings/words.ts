import { m } from '$lib/paraglide/messages.js';
import { AMPLIFIER_CHOICES, AMPLIFIER_OPTIONS } from './amplifier-words';
import { MICROPHONE_CHOICES, MICROPHONE_OPTIONS } from './microphone-words';
import { OFFICE_CHOICES, OFFICE_OPTIONS } from './office-words';

/** Words for an option: its name, and what helps to fill it in. */
export interface Words {
  label: () => string;
  hint?: () => string;
}

/** Options by key; those of a list as `zone.output.device`. One that is not here is called by its key. */
export const OPTIONS: Record<string, Words> = {
  ...OFFICE_OPTIONS,
  ...AMPLIFIER_OPTIONS,
  ...MICROPHONE_OPTIONS,
  'station.name': { label: m.settings_o_station_name, hint: m.settings_h_station_name },
  'station.short_name': { label: m.settings_o_station_short_name, hint: m.settings_h_station_short_name },
  'station.agency': { label: m.settings_o_station_agency, hint: m.settings_h_station_agency },
  'station.time_zone': { label: m.settings_o_station_time_zone, hint: m.settings_h_station_time_zone },
  'station.language': { label: m.settings_o_station_language, hint: m.settings_h_station_language },
  'station.rundown_lead_seconds': {
    label: m.settings_o_station_rundown_lead_seconds,
    hint: m.settings_h_station_rundown_lead_seconds,
  },
  'station.prepare_lead_seconds': {
    label: m.settings_o_station_prepare_lead_seconds,
    hint: m.settings_h_station_prepare_lead_seconds,
  },
  'station.join_lead_seconds': {
    label: m.settings_o_station_join_lead_seconds,
    hint: m.settings_h_station_join_lead_seconds,
  },
  'data.folder': { label: m.settings_o_data_folder, hint: m.settings_h_data_folder },
  'data.free_megabytes_min': {
    label: m.settings_o_data_free_megabytes_min,
    hint: m.settings_h_data_free_megabytes_min,
  },
  'audio.sample_rate_hz': { label: m.settings_o_audio_sample_rate_hz, hint: m.settings_h_audio_sample_rate_hz },
  'audio.ring_seconds': { label: m.settings_o_audio_ring_seconds, hint: m.settings_h_audio_ring_seconds },
  'audio.reopen_seconds_max': {
    label: m.settings_o_audio_reopen_seconds_max,
    hint: m.settings_h_audio_reopen_seconds_max,
  },
  'audio.record_programme': { label: m.settings_o_audio_record_programme, hint: m.settings_h_audio_record_programme },
  'audio.record_folder': { label: m.settings_o_audio_record_folder, hint: m.settings_h_audio_record_folder },
  'audio.record_keep_days': { label: m.settings_o_audio_record_keep_days, hint: m.settings_h_audio_record_keep_days },
  'audio.record_keep_gigabytes': {
    label: m.settings_o_audio_record_keep_gigabytes,
    hint: m.settings_h_audio_record_keep_gigabytes,
  },
  'schedule.session_minutes_max': {
    label: m.settings_o_schedule_session_minutes_max,
    hint: m.settings_h_schedule_session_minutes_max,
  },
  'schedule.grace_minutes': { label: m.settings_o_schedule_grace_minutes, hint: m.settings_h_schedule_grace_minutes },
  'schedule.interrupted': { label: m.settings_o_schedule_interrupted, hint: m.settings_h_schedule_interrupted },
  'schedule.overrun': { label: m.settings_o_schedule_overrun, hint: m.settings_h_schedule_overrun },
  'schedule.holidays_file': { label: m.settings_o_schedule_holidays_file, hint: m.settings_h_schedule_holidays_file },
  'library.item_minutes_min': {
    label: m.settings_o_library_item_minutes_min,
    hint: m.settings_h_library_item_minutes_min,
  },
  'library.item_minutes_max': {
    label: m.settings_o_library_item_minutes_max,
    hint: m.settings_h_library_item_minutes_max,
  },
  'library.duration_rule': { label: m.settings_o_library_duration_rule },
  'library.clip_minutes_max': {
    label: m.settings_o_library_clip_minutes_max,
    hint: m.settings_h_library_clip_minutes_max,
  },
  'library.file_megabytes_max': { label: m.settings_o_library_file_megabytes_max },
  'tiers.emergency_clip': { label: m.settings_o_tiers_emergency_clip, hint: m.settings_h_tiers_emergency_clip },
  'tiers.first': { label: m.settings_o_tiers_first, hint: m.settings_h_tiers_first },
  'tiers.order_within_minutes': { label: m.settings_o_tiers_order_within_minutes },
  'speech.voice': { label: m.settings_o_speech_voice, hint: m.settings_h_speech_voice },
  'speech.voice_english': { label: m.settings_o_speech_voice_english },
  'speech.timeout_seconds': { label: m.settings_o_speech_timeout_seconds },
  'speech.characters_max': { label: m.settings_o_speech_characters_max, hint: m.settings_h_speech_characters_max },
  'speech.table_file': { label: m.settings_o_speech_table_file, hint: m.settings_h_speech_table_file },
  'watch.silence_seconds': {
    label: m.settings_o_watch_silence_seconds,
    hint: m.settings_h_watch_silence_seconds,
  },
  'watch.level_seconds': { label: m.settings_o_watch_level_seconds },
  'watch.quiet_lu': { label: m.settings_o_watch_quiet_lu, hint: m.settings_h_watch_level },
  'watch.loud_lu': { label: m.settings_o_watch_loud_lu, hint: m.settings_h_watch_level },
  'watch.late_seconds': { label: m.settings_o_watch_late_seconds },
  'watch.calm_seconds': { label: m.settings_o_watch_calm_seconds, hint: m.settings_h_watch_calm_seconds },
  'watch.timeout_seconds': { label: m.settings_o_watch_timeout_seconds },
  'library.topics_file': { label: m.settings_o_library_topics_file, hint: m.settings_h_library_topics_file },
  'report.counted_from_percent': {
    label: m.settings_o_report_counted_from_percent,
    hint: m.settings_h_report_counted_from_percent,
  },
  'report.month_rule': { label: m.settings_o_report_month_rule },
  'report.rounding': { label: m.settings_o_report_rounding },
  'report.topics_listed_max': {
    label: m.settings_o_report_topics_listed_max,
    hint: m.settings_h_report_topics_listed_max,
  },
  'log.journal_step_ms': { label: m.settings_o_log_journal_step_ms, hint: m.settings_h_log_journal_step_ms },
  'clock.step_tolerance_ms': {
    label: m.settings_o_clock_step_tolerance_ms,
    hint: m.settings_h_clock_step_tolerance_ms,
  },
  'shutdown.rest': { label: m.settings_o_shutdown_rest },
  'shutdown.finish_seconds_max': {
    label: m.settings_o_shutdown_finish_seconds_max,
    hint: m.settings_h_shutdown_finish_seconds_max,
  },
  'backup.folder': { label: m.settings_o_backup_folder, hint: m.settings_h_backup_folder },
  'backup.at': { label: m.settings_o_backup_at, hint: m.settings_h_backup_at },
  'backup.keep': { label: m.settings_o_backup_keep, hint: m.settings_h_backup_keep },
  'backup.audio': { label: m.settings_o_backup_audio, hint: m.settings_h_backup_audio },
  'zone.id': { label: m.settings_o_zone_id, hint: m.settings_h_zone_id },
  'zone.name': { label: m.settings_o_zone_name },
  'zone.loudness_target_lufs': {
    label: m.settings_o_zone_loudness_target_lufs,
    hint: m.settings_h_zone_loudness_target_lufs,
  },
  'zone.true_peak_cap_dbtp': {
    label: m.settings_o_zone_true_peak_cap_dbtp,
    hint: m.settings_h_zone_true_peak_cap_dbtp,
  },
  'zone.output.kind': { label: m.settings_o_zone_output_kind },
  'zone.output.host': { label: m.settings_o_zone_output_host, hint: m.settings_h_zone_output_host },
  'zone.output.device': { label: m.settings_o_zone_output_device, hint: m.settings_h_zone_output_device },
  'zone.output.fallback': { label: m.settings_o_zone_output_fallback },
  'zone.output.folder': { label: m.settings_o_zone_output_folder },
  'zone.output.icecast.server': {
    label: m.settings_o_zone_output_icecast_server,
    hint: m.settings_h_zone_output_icecast_server,
  },
  'zone.output.icecast.port': { label: m.settings_o_zone_output_icecast_port },
  'zone.output.icecast.mount': {
    label: m.settings_o_zone_output_icecast_mount,
    hint: m.settings_h_zone_output_icecast_mount,
  },
  'zone.output.icecast.user': { label: m.settings_o_zone_output_icecast_user },
  'zone.output.icecast.password_file': {
    label: m.settings_o_zone_output_icecast_password_file,
    hint: m.settings_h_zone_output_icecast_password_file,
  },
  'zone.output.icecast.name': {
    label: m.settings_o_zone_output_icecast_name,
    hint: m.settings_h_zone_output_icecast_name,
  },
  'zone.output.icecast.bitrate_kbps': {
    label: m.settings_o_zone_output_icecast_bitrate_kbps,
    hint: m.settings_h_zone_output_icecast_bitrate_kbps,
  },
  'zone.output.rtp.address': {
    label: m.settings_o_zone_output_rtp_address,
    hint: m.settings_h_zone_output_rtp_address,
  },
  'zone.output.rtp.port': { label: m.settings_o_zone_output_rtp_port },
  'zone.output.rtp.unicast': { label: m.settings_o_zone_output_rtp_unicast },
  'zone.output.rtp.ttl': { label: m.settings_o_zone_output_rtp_ttl },
  'zone.output.rtp.interface': {
    label: m.settings_o_zone_output_rtp_interface,
    hint: m.settings_h_zone_output_rtp_interface,
  },
  'zone.output.rtp.announce': { label: m.settings_o_zone_output_rtp_announce },
  'zone.output.rtp.name': { label: m.settings_o_zone_output_rtp_name, hint: m.settings_h_zone_output_rtp_name },
  'zone.output.rtp.sdp_file': {
    label: m.settings_o_zone_output_rtp_sdp_file,
    hint: m.settings_h_zone_output_rtp_sdp_file,
  },
  'zone.return.source': { label: m.settings_o_zone_return_source, hint: m.settings_h_zone_return_source },
  'campaign.code': { label: m.settings_o_campaign_code, hint: m.settings_h_campaign_code },
  'campaign.name': { label: m.settings_o_campaign_name, hint: m.settings_h_campaign_name },
  'campaign.basis': { label: m.settings_o_campaign_basis, hint: m.settings_h_campaign_basis },
  'campaign.from': { label: m.settings_o_campaign_from, hint: m.settings_h_campaign_from },
  'campaign.to': { label: m.settings_o_campaign_to, hint: m.settings_h_campaign_to },
  'campaign.item_minutes_min': { label: m.settings_o_campaign_item_minutes_min },
  'campaign.item_minutes_max': { label: m.settings_o_campaign_item_minutes_max },
  'campaign.items_per_month': {
    label: m.settings_o_campaign_items_per_month,
    hint: m.settings_h_campaign_items_per_month,
  },
  'campaign.minutes_per_month': {
    label: m.settings_o_campaign_minutes_per_month,
    hint: m.settings_h_campaign_minutes_per_month,
  },
  'campaign.topics_to_cover': {
    label: m.settings_o_campaign_topics_to_cover,
    hint: m.settings_h_campaign_topics_to_cover,
  },
};

/** Words of a choice, by option and word. */
export const CHOICES: Record<string, () => string> = {
  ...OFFICE_CHOICES,
  ...AMPLIFIER_CHOICES,
  ...MICROPHONE_CHOICES,
  'schedule.interrupted.resume': m.settings_c_schedule_interrupted_resume,
  'schedule.interrupted.restart': m.settings_c_schedule_interrupted_restart,
  'schedule.interrupted.drop': m.settings_c_schedule_interrupted_drop,
  'schedule.overrun.finish': m.settings_c_schedule_overrun_finish,
  'schedule.overrun.fade_at_end': m.settings_c_schedule_overrun_fade_at_end,
  'library.duration_rule.warn': m.settings_c_library_duration_rule_warn,
  'library.duration_rule.refuse': m.settings_c_library_duration_rule_refuse,
  'report.month_rule.nd09': m.settings_c_report_month_rule_nd09,
  'report.month_rule.calendar': m.settings_c_report_month_rule_calendar,
  'report.rounding.exact': m.settings_c_report_rounding_exact,
  'report.rounding.tren': m.settings_c_report_rounding_tren,
  'tiers.first.higher': m.settings_c_tiers_first_higher,
  'tiers.first.own': m.settings_c_tiers_first_own,
  'shutdown.rest.fade': m.settings_c_shutdown_rest_fade,
  'shutdown.rest.finish': m.settings_c_shutdown_rest_finish,
  'zone.output.kind.device': m.settings_c_zone_output_kind_device,
  'zone.output.kind.null': m.settings_c_zone_output_kind_null,
  'zone.output.kind.file': m.settings_c_zone_output_kind_file,
  'zone.output.kind.icecast': m.settings_c_zone_output_kind_icecast,
  'zone.output.kind.rtp': m.settings_c_zone_output_kind_rtp,
  'zone.output.host.auto': m.settings_c_zone_output_host_auto,
  'zone.output.host.pulseaudio': m.settings_c_zone_output_host_pulseaudio,
  'zone.output.host.alsa': m.settings_c_zone_output_host_alsa,
  'zone.output.fallback.none': m.settings_c_zone_output_fallback_none,
  'zone.output.fallback.null': m.settings_c_zone_output_fallback_null,
};

/** Units, by the word of the station. */
export const UNITS: Record<string, () => string> = {
  seconds: m.settings_u_seconds,
  minutes: m.settings_u_minutes,
  milliseconds: m.settings_u_milliseconds,
  megabytes: m.settings_u_megabytes,
  percent: m.settings_u_percent,
  topics: m.settings_u_topics,
  days: m.office_u_days,
  copies: m.settings_u_copies,
  items: m.settings_u_items,
  db: m.settings_u_db,
  lufs: m.settings_u_lufs,
  dbtp: m.settings_u_dbtp,
  hz: m.settings_u_hz,
};

/** Days of the week, by their option. */
export const DAYS: Record<string, () => string> = {
  monday: m.settings_d_monday,
  tuesday: m.settings_d_tuesday,
  wednesday: m.settings_d_wednesday,
  thursday: m.settings_d_thursday,
  friday: m.settings_d_friday,
  saturday: m.settings_d_saturday,
  sunday: m.settings_d_sunday,
};
