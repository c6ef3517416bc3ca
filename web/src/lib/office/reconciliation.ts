/** How an occurrence stands: the five ends, and that there is none yet. */
export const STATES = ['aired', 'partial', 'missed', 'cancelled', 'superseded', 'open'] as const;
export type State = (typeof STATES)[number];

/** How many occurrences are in each state, and in any. */
export type Sums = Record<State | 'planned', number>;

/** Planned against what became of it, as `loa report --reconcile --json` says it. */
export interface Reconciliation {
  station: string;
  made_at: string;
  program: string;
  simulated: boolean;
  log_head: { seq: number; hash: string } | null;
  period: { from: string; to: string; text: string; name_vi: string };
  closed: boolean;
  sums: Sums;
  by_slot: (Sums & { slot: string; name: string | null })[];
  by_reason: { state: State; reason: string | null; by: string | null; words: string; count: number }[];
  deviations: { occurrence_id: string; planned_start: string; state: State; words: string }[];
}

/** The states of these sums together. */
export const total = (sums: Sums) => STATES.reduce((all, state) => all + sums[state], 0);

/**
 * Whether the account ties out: the states make up what was planned, the slots make up the whole, and every occurrence that
 * ended other than wholly aired is named with its reason.
 */
export function tiesOut(account: Reconciliation): boolean {
  const { sums, by_slot, by_reason, deviations } = account;
  const across = ['planned' as const, ...STATES].every(
    (column) => by_slot.reduce((all, slot) => all + slot[column], 0) === sums[column],
  );
  const ended = sums.planned - sums.aired - sums.open;
  const reasons = by_reason.reduce((all, reason) => all + reason.count, 0);
  const rows = by_slot.every((slot) => total(slot) === slot.planned);
  return total(sums) === sums.planned && rows && across && reasons === ended && deviations.length === ended;
}

/** The slot within the name of an occurrence: `sang@2026-01-05T05:00:00`. */
export const slotOf = (occurrence: string) => occurrence.split('@')[0] ?? occurrence;
