import type { components } from '$lib/api/schema';

type Schemas = components['schemas'];

/** An entry of the activity ledger. */
export type Activity = Schemas['ActivityRow'];
/** What was done. */
export type ActivityKind = Schemas['KindOfActivity'];
/** An entry to be made. */
/** What proves an entry. */
export type Proof = Schemas['Proof'];
export type NewActivity = Schemas['NewActivity'];
/** What changes about an entry. */
export type ChangedActivity = Schemas['ChangedActivity'];
/** A version of a draft. */
export type Draft = Schemas['DraftRow'];
/** A section of a report, for whoever writes it. */
export type Section = Schemas['SectionRow'];
/** How far a campaign has come. */
export type Standing = Schemas['StandingRow'];
/** A campaign whose plan names no number. */
export type Unmeasured = Schemas['UnmeasuredRow'];
/** One thing that a plan asks for, as it is drawn. */
export type Goal = Omit<Schemas['GoalRow'], 'behind'>;

/** A code with its name. */
export interface Named {
  value: string;
  label: string;
}
