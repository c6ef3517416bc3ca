import { Problem } from '$lib/api/problem';
import { describe, expect, it } from 'vitest';
import { ASKED_MAX, Changes, Turns } from './turns';

/** Something that ends when it is told to. */
function gate() {
  let end!: () => void;
  const done = new Promise<void>((good) => (end = good));
  return { done, end };
}

describe('acts that change the same thing', () => {
  it('are done one after another, in the order asked, whatever became of those before', async () => {
    const turns = new Turns();
    const first = gate();
    const seen: string[] = [];
    const one = turns.take(async () => {
      seen.push('first begins');
      await first.done;
      seen.push('first ends');
    });
    const two = turns.take(async () => {
      seen.push('second');
      throw new Problem({ code: 'stale' });
    });
    const three = turns.take(async () => seen.push('third'));
    await Promise.resolve();
    expect(seen).toEqual(['first begins']);
    first.end();
    await one;
    await expect(two).rejects.toThrow('stale');
    await three;
    expect(seen).toEqual(['first begins', 'first ends', 'second', 'third']);
  });

  it('are refused when too many wait, and taken again when they are done', async () => {
    const turns = new Turns();
    const first = gate();
    const all = Array.from({ length: ASKED_MAX }, () => turns.take(() => first.done));
    await expect(turns.take(async () => 'too many')).rejects.toMatchObject({ code: 'too_many_waiting' });
    first.end();
    await Promise.all(all);
    expect(await turns.take(async () => 'again')).toBe('again');
  });
});

/** A resource at the station: changes need its tag, and its tag is the number of its state. */
function resource() {
  let state = 0;
  const tag = () => `"${state}"`;
  const change = async (from: string | null) => {
    await Promise.resolve();
    if (from !== tag()) throw new Problem({ code: 'stale' });
    state += 1;
    return tag();
  };
  return { tag, change, byOther: () => (state += 1), putBack: (to: number) => (state = to) };
}
const nothing = async () => undefined;

describe('changes of a resource', () => {
  it('that the person makes from one look all count, one after another', async () => {
    const [there, changes] = [resource(), new Changes()];
    const seen = there.tag();
    await Promise.all([1, 2, 3].map(() => changes.take(seen, there.change, nothing)));
    await changes.take(seen, there.change, nothing);
    await changes.take(there.tag(), there.change, nothing);
    expect(there.tag()).toBe('"5"');
  });

  it('are stale as soon as somebody else changed it, until the person has looked again', async () => {
    const [there, changes] = [resource(), new Changes()];
    const seen = there.tag();
    await changes.take(seen, there.change, nothing);
    there.byOther();
    await expect(changes.take(seen, there.change, nothing)).rejects.toThrow('stale');
    await changes.take(there.tag(), there.change, nothing);
    // What was seen before the other's change stays stale after one's own.
    await expect(changes.take(seen, there.change, nothing)).rejects.toThrow('stale');
  });

  it('may lead back to a state that was before', async () => {
    const [there, changes] = [resource(), new Changes()];
    const seen = there.tag();
    await changes.take(seen, there.change, nothing);
    const back = async (from: string | null) => {
      if (from !== there.tag()) throw new Problem({ code: 'stale' });
      there.putBack(0);
      return there.tag();
    };
    await changes.take(there.tag(), back, nothing);
    await changes.take(seen, there.change, nothing);
    expect(there.tag()).toBe('"1"');
  });
});
