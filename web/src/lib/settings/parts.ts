import { m } from '$lib/paraglide/messages.js';

/** A part of the settings. */
export interface Part {
  href: string;
  label: () => string;
  lead: () => string;
  /** What the person must have the right to. */
  right: 'settings' | 'accounts' | 'read_audit';
}

/** Every part, in the order of the navigation. */
export const PARTS: Part[] = [
  { href: '/settings', label: m.settings_s_station, lead: m.settings_s_station_lead, right: 'settings' },
  { href: '/settings/sound', label: m.settings_s_sound, lead: m.settings_s_sound_lead, right: 'settings' },
  { href: '/settings/hours', label: m.settings_s_hours, lead: m.settings_s_hours_lead, right: 'settings' },
  { href: '/settings/holidays', label: m.settings_s_holidays, lead: m.settings_s_holidays_lead, right: 'settings' },
  {
    href: '/settings/campaigns',
    label: m.settings_s_campaigns,
    lead: m.settings_s_campaigns_lead,
    right: 'settings',
  },
  { href: '/settings/library', label: m.settings_s_library, lead: m.settings_s_library_lead, right: 'settings' },
  { href: '/settings/report', label: m.settings_s_report, lead: m.settings_s_report_lead, right: 'settings' },
  { href: '/settings/machine', label: m.settings_s_machine, lead: m.settings_s_machine_lead, right: 'settings' },
  { href: '/settings/backup', label: m.settings_s_backup, lead: m.settings_s_backup_lead, right: 'settings' },
  { href: '/settings/users', label: m.settings_s_users, lead: m.settings_s_users_lead, right: 'accounts' },
  { href: '/settings/tokens', label: m.settings_s_tokens, lead: m.settings_s_tokens_lead, right: 'accounts' },
  { href: '/settings/audit', label: m.settings_s_audit, lead: m.settings_s_audit_lead, right: 'read_audit' },
];

/** The parts that a person with these rights may open. */
export function partsFor(may: (right: string) => boolean): Part[] {
  return PARTS.filter(({ right }) => may(right));
}
