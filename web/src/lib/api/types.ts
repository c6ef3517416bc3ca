import type { components } from './schema';

type Schemas = components['schemas'];

/** Who is signed in, and on which station. */
export type Session = Schemas['SessionState'];
/** The person. */
export type Account = NonNullable<Session['account']>;
/** How the station stands, with its day. */
export type Status = Schemas['Status'];
/** How the station stands. */
export type LiveView = Schemas['Live'];
export type RelayStanding = Schemas['RelayStanding'];
/** What goes out at one moment. */
export type Level = Schemas['Level'];
/** A place where I am signed in. */
export type AccountSession = Schemas['SessionRow'];
/** What a secret of a second step looks like. */
export type TotpStart = Schemas['Enrolling'];
