import type { components } from '$lib/api/schema';

type Schemas = components['schemas'];

/** The queue, and how it fits. */
export type Queue = Schemas['QueueView'];
/** An entry of it. */
export type Entry = Schemas['EntryView'];
/** A slot that takes from it. */
export type SlotFit = Schemas['SlotFitView'];
/** An occurrence to come, filled. */
export type Fit = Schemas['FitView'];
