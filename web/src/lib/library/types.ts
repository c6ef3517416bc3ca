import type { components } from '$lib/api/schema';

type Schemas = components['schemas'];

/** A clip with everything that is known of it. */
export type Clip = Schemas['Clip'];
/** A clip in a list. */
export type ClipRow = Schemas['ClipRow'];
/** A page of the library. */
export type ClipPage = Schemas['ClipPage'];
/** What a person says of a clip. */
export type ClipEdit = Schemas['ClipEdit'];
/** Whether a clip may go on air. */
export type Approval = Schemas['Approval'];
/** A page of the airings of a clip. */
export type ClipHistory = Schemas['ClipHistory'];
/** What is planned with a clip. */
export type ClipAhead = Schemas['ClipAhead'];
/** What a clip may be given. */
export type Choices = Schemas['Choices'];
/** A recording on its way in. */
export type Upload = Schemas['UploadBody'];
/** The picture of a recording. */
export type Picture = Schemas['Waveform'];
/** How a text will be read aloud. */
export type SpeechReading = Schemas['SpeechReading'];
/** A sentence in both languages. */
export type Told = Schemas['Told'];

/** The states of a clip, in the order of its way to the air. */
export const STATES = ['draft', 'submitted', 'sent_back', 'approved', 'retired'] as const;
/** A state of a clip. */
export type ClipState = (typeof STATES)[number];

/** Thể loại, as the station names them. */
export const GENRES = ['news', 'article', 'feature', 'notice', 'ident', 'other'] as const;
/** Who made a clip, as the station names them. */
export const SOURCES = ['own', 'district', 'province', 'central'] as const;
