import type { Picture } from './types';

/** A bar of the picture: from `low` to `high`, full scale at 1. */
export interface Bar {
  low: number;
  high: number;
}

/** The picture in `count` bars, none of its peaks lost. Fewer if the recording is shorter than that. */
export function bars(picture: Pick<Picture, 'low' | 'high'>, count: number): Bar[] {
  const columns = Math.min(picture.low.length, picture.high.length);
  const wanted = Math.max(0, Math.min(count, columns));
  return Array.from({ length: wanted }, (_, index) => {
    const from = Math.floor((index * columns) / wanted);
    const to = Math.max(from + 1, Math.floor(((index + 1) * columns) / wanted));
    let [low, high] = [0, 0];
    for (let at = from; at < to; at += 1) {
      low = Math.min(low, picture.low[at] ?? 0);
      high = Math.max(high, picture.high[at] ?? 0);
    }
    return { low: low / 127, high: high / 127 };
  });
}
