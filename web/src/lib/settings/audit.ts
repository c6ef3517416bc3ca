import { fmt } from '$lib/format';
import { m } from '$lib/paraglide/messages.js';

/** What was done, by the word that the station writes into the trail. */
export const ACTS: Record<string, () => string> = {
  'activity.add': m.audit_a_activity_add,
  'activity.edit': m.audit_a_activity_edit,
  'activity.strike': m.audit_a_activity_strike,
  'air.cancel': m.audit_a_air_cancel,
  'air.emergency': m.audit_a_air_emergency,
  'air.emergency_end': m.audit_a_air_emergency_end,
  'amplifier.off': m.audit_a_amplifier_off,
  'amplifier.on': m.audit_a_amplifier_on,
  'air.live': m.audit_a_air_live,
  'air.live_end': m.audit_a_air_live_end,
  'zone.mute': m.audit_a_zone_mute,
  'zone.unmute': m.audit_a_zone_unmute,
  'air.pause': m.audit_a_air_pause,
  'air.play': m.audit_a_air_play,
  'air.resume': m.audit_a_air_resume,
  'air.skip': m.audit_a_air_skip,
  'air.stop': m.audit_a_air_stop,
  'backup.make': m.audit_a_backup_make,
  'clip.add': m.audit_a_clip_add,
  'clip.approve': m.audit_a_clip_approve,
  'clip.edit': m.audit_a_clip_edit,
  'clip.replace': m.audit_a_clip_replace,
  'clip.retire': m.audit_a_clip_retire,
  'clip.rm': m.audit_a_clip_rm,
  'clip.send_back': m.audit_a_clip_send_back,
  'clip.submit': m.audit_a_clip_submit,
  'clock.trust': m.audit_a_clock_trust,
  'account.add': m.audit_a_account_add,
  'account.claim': m.audit_a_account_claim,
  'account.disable': m.audit_a_account_disable,
  'account.edit': m.audit_a_account_edit,
  'account.enable': m.audit_a_account_enable,
  'account.password': m.audit_a_account_password,
  'account.recovery_code': m.audit_a_account_recovery_code,
  'account.reset_password': m.audit_a_account_reset_password,
  'account.sign_in': m.audit_a_account_sign_in,
  'account.sign_in_failed': m.audit_a_account_sign_in_failed,
  'account.sign_out': m.audit_a_account_sign_out,
  'account.totp_begin': m.audit_a_account_totp_begin,
  'account.totp_off': m.audit_a_account_totp_off,
  'account.totp_on': m.audit_a_account_totp_on,
  'alarm.seen': m.audit_a_alarm_seen,
  'draft.deliver': m.audit_a_draft_deliver,
  'draft.make': m.audit_a_draft_make,
  'draft.write': m.audit_a_draft_write,
  'log.correct': m.audit_a_log_correct,
  'log.tag': m.audit_a_log_tag,
  'log.untag': m.audit_a_log_untag,
  'log.verify': m.audit_a_log_verify,
  'queue.add': m.audit_a_queue_add,
  'queue.bind': m.audit_a_queue_bind,
  'queue.move': m.audit_a_queue_move,
  'queue.rank': m.audit_a_queue_rank,
  'queue.rm': m.audit_a_queue_rm,
  'relay.keep': m.audit_a_relay_keep,
  'session.end': m.audit_a_session_end,
  'settings.reload': m.audit_a_settings_reload,
  'settings.save': m.audit_a_settings_save,
  'slot.add': m.audit_a_slot_add,
  'slot.edit': m.audit_a_slot_edit,
  'slot.once': m.audit_a_slot_once,
  'slot.rm': m.audit_a_slot_rm,
  'token.add': m.audit_a_token_add,
  'token.rm': m.audit_a_token_rm,
};

type Maker = (found: string[]) => string;

/** Subjects as the station writes them, and how they are said. */
const SUBJECTS: [RegExp, Maker][] = [
  [/^account (.+)$/, ([id = '']) => m.audit_s_account({ id })],
  [/^no account$/, () => m.audit_s_no_account()],
  [/^clip (.+)$/, ([id = '']) => m.audit_s_clip({ id })],
  [/^alarm (\d+)$/, ([id = '']) => m.audit_s_alarm({ id })],
  [/^slot (.+)$/, ([id = '']) => m.audit_s_slot({ id })],
  [/^queue entry (.+)$/, ([id = '']) => m.audit_s_queue_entry({ id })],
  [/^session (.+)$/, ([id = '']) => m.audit_s_session({ id })],
  [/^token (.+)$/, ([id = '']) => m.audit_s_token({ id })],
  [/^airing (.+)$/, ([id = '']) => m.audit_s_airing({ id })],
  [/^activity (.+)$/, ([id = '']) => m.audit_s_activity({ id })],
  [/^activities (\d+) to (\d+)$/, ([from = '', to = '']) => m.audit_s_activities({ from, to })],
  [/^draft (.+) version (\d+)$/, ([period = '', version = '']) => m.audit_s_draft({ period, version })],
  [
    /^([a-z0-9-]+)@(\d{4}-\d\d-\d\d)T(\d\d:\d\d)\S*$/,
    ([slot = '', day = '', time = '']) => occurrence(slot, day, time),
  ],
  [/^log$/, () => m.audit_s_log()],
  [/^settings$/, () => m.audit_s_settings()],
  [/^station$/, () => m.audit_s_station()],
  [/^clock$/, () => m.audit_s_clock()],
  [/^air$/, () => m.audit_s_air()],
];

/** Ways by which it came, as the station writes them. */
const WAYS: [RegExp, Maker][] = [
  [/^command line$/, () => m.audit_f_command_line()],
  [/^socket, user (\d+)$/, ([user = '']) => m.audit_f_socket({ user })],
  [/^console, (.+)$/, ([address = '']) => m.audit_f_console({ address })],
  [/^token (\S+), (.+)$/, ([token = '', address = '']) => m.audit_f_token({ token, address })],
  [/^upload, (.+)$/, ([way = '']) => m.audit_f_upload({ way: wayText(way) })],
];

const occurrence = (slot: string, day: string, time: string) =>
  m.audit_s_occurrence({ slot, at: `${time} ${fmt.civilDate(day)}` });

/** In the words of the page; what it does not know as the station wrote it. */
function said(text: string, known: [RegExp, Maker][]): string {
  for (const [form, make] of known) {
    const found = form.exec(text);
    if (found) return make(found.slice(1));
  }
  return text;
}

/** What was done. */
export const actText = (what: string): string => ACTS[what]?.() ?? what;

/** To what it was done. */
export const subjectText = (subject: string): string => said(subject, SUBJECTS);

/** By which way and from where. */
export function wayText(way: string): string {
  return said(way, WAYS);
}
