/** The broadcast that comes next at a moment, of those that were ahead when the station was asked. */
export function nextAt<T extends { start: string }>(ahead: readonly T[], nowMs: number): T | null {
  return ahead.find(({ start }) => Date.parse(start) > nowMs) ?? null;
}

/**
 * How far an element is, in milliseconds: what was heard last, carried on to now, never past its end. A held one stays where it
 * is.
 */
export function positionAt(
  heard: { position_ms: number; length_ms: number; paused: boolean },
  elapsedMs: number,
): number {
  const carried = heard.paused ? 0 : Math.max(0, elapsedMs);
  return Math.min(heard.length_ms, heard.position_ms + carried);
}

/** What a row of today shows: its outcome, `on_air` while it is the one on hand, else nothing yet. */
export function outcomeOf(
  row: { occurrence_id: string; outcome?: string | null | undefined },
  onAir: string | null | undefined,
): string | null {
  return row.outcome ?? (row.occurrence_id === onAir ? 'on_air' : null);
}
