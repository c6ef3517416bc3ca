/** A microphone that was asked for here; `seen` once the station had it on hand. */
export interface Asked {
  id: string;
  seen: boolean;
}

/** What became of it: nothing yet, on hand, heard, or gone again without having been heard. */
export type Fate = 'waits' | 'on_hand' | 'heard' | 'gone';

/** What the station says of it by now. */
export function fateOf(
  asked: Asked,
  speaking: readonly { microphone: string; since?: string | null | undefined }[],
): Fate {
  const ours = speaking.find((one) => one.microphone === asked.id);
  if (ours) return ours.since ? 'heard' : 'on_hand';
  return asked.seen ? 'gone' : 'waits';
}
