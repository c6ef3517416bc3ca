import { fmt } from '$lib/format';
import { m } from '$lib/paraglide/messages.js';
import { unfitText } from '$lib/schedule/words';
import type { Entry } from './types';

/** What becomes of an entry, and whether somebody should look at it. */
export function becomesText(entry: Entry): { text: string; well: boolean } {
  switch (entry.becomes) {
    case 'airs':
      return {
        text: m.queue_airs({
          when: entry.start
            ? `${fmt.weekday(entry.start)} ${fmt.date(entry.start)}, ${fmt.hourAndMinute(entry.start)}`
            : '…',
        }),
        well: true,
      };
    case 'on_air':
      return { text: m.queue_on_air(), well: true };
    case 'no_slot':
      return { text: m.queue_no_slot(), well: false };
    case 'too_long':
      return { text: m.queue_too_long({ over: fmt.duration(entry.over_ms ?? 0) }), well: false };
    case 'unfit':
      return { text: unfitText(entry.unfit), well: false };
    case 'unknown':
      return { text: m.queue_unknown_clip(), well: false };
    default:
      return { text: m.queue_later(), well: true };
  }
}
