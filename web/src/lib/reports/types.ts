import type { components } from '$lib/api/schema';

type Schemas = components['schemas'];

/** The figures of a period. */
export type Preview = Schemas['Preview'];
/** One figure. */
export type Figure = Preview['figures'][number];
/** One line of a grouping. */
export type GroupLine = Schemas['GroupLine'];
/** Planned against aired in one month. */
export type PlannedMonth = Schemas['PlannedMonth'];
/** Periods to choose from. */
export type ReportPeriods = Schemas['ReportPeriods'];
/** Some rows of a figure. */
export type RowsOf = Schemas['RowsOf'];
