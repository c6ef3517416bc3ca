import type { components } from '$lib/api/schema';

type Schemas = components['schemas'];

/** A row of the log. */
export type LogItem = Schemas['LogItem'];
/** A row with everything it rests on. */
export type Evidence = Schemas['Evidence'];
/** What the return feed of a zone says of an airing. */
export type ProofOf = Schemas['ProofOf'];
/** What persons heard inside a relay. */
export type Mentions = Schemas['MentionsOf'];
/** An item that a person heard inside a relay. */
export type MentionOf = Schemas['MentionOf'];
/** A clip that was made of a relay. */
export type Kept = Schemas['Clip'];
/** A local day: what was planned, and what became of it. */
export type LogDay = Schemas['Day'];
/** How it stands with verifying the log. */
export type Verification = Schemas['Verification'];

/** A code with its name. */
export interface Named {
  value: string;
  label: string;
}
