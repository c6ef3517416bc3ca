import type { components } from '$lib/api/schema';

type Schemas = components['schemas'];

/** Some days of the calendar. */
export type CalendarFeed = Schemas['CalendarView'];
/** An occurrence in it. */
export type CalendarOccurrence = Schemas['OccurrenceView'];
/** A slot in force. */
export type Slot = Schemas['SlotView'];
/** What would be said of a change. */
export type Trial = Schemas['TrialView'];
/** One thing that is wrong with a slot. */
export type SlotProblem = Schemas['ProblemView'];
/** What the days ahead would bring. */
export type Rehearsal = Schemas['RehearsalView'];
/** An occurrence as it would be. */
export type Rehearsed = Schemas['RehearsedView'];
/** A clip that is found by its title, to be put into a rundown or the queue. */
export interface FoundClip {
  id: number;
  title: string;
  length_ms: number;
}
