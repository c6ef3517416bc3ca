import type { components } from '$lib/api/schema';

type Schemas = components['schemas'];

/** The settings as they are saved. */
export type SettingsDoc = Schemas['Settings'];
/** An option, a list of tables, or the holidays. */
export type Option = Schemas['OptionRow'];
/** An option within the entries of a list. */
export type OptionField = Schemas['FieldRow'];
/** What an option takes. */
export type Form = Schemas['FormRow'];
/** One thing that would be wrong. */
export type Fault = Schemas['OptionFault'];
/** A sound device. */
export type Device = Schemas['Device'];

/** Something that may be typed into a field, and what it is called. */
export interface Offer {
  value: string;
  label: string;
}
/** The holidays of a year. */
export type HolidayYear = Schemas['HolidayYear'];
/** A person who has an account. */
export type User = Schemas['AccountRow'];
/** The token of a script. */
export type Token = Schemas['TokenRow'];
/** Something that somebody did. */
export type AuditLine = Schemas['AuditLine'];
/** How the daily copy stands. */
export type BackupInfo = Schemas['BackupInfo'];

/** A value of an option. */
export type Value = string | number | boolean | null | Value[] | { [key: string]: Value };
/** New values by key; null takes out what the console said. */
export type Changes = Record<string, Value>;
/** An entry of a list. */
export type Entry = { [key: string]: Value };
