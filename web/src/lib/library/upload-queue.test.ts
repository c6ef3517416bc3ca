import { describe, expect, it } from 'vitest';
import { Problem } from '$lib/api/problem';
import { AT_ONCE_MAX, FILES_MAX, UploadQueue, type Hearer } from './upload-queue';

const file = (name: string, bytes = 10) => new File([new Uint8Array(bytes)], name);

function world() {
  const sent: { name: string; hearer: Hearer; stopped: boolean }[] = [];
  const queue = new UploadQueue(
    (file, hearer) => {
      const one = { name: file.name, hearer, stopped: false };
      sent.push(one);
      return () => (one.stopped = true);
    },
    () => {},
  );
  return { queue, sent };
}

const states = (queue: UploadQueue) => queue.items.map(({ state }) => state).join(' ');

describe('UploadQueue', () => {
  it('sends a few at a time, and the next when one is done', () => {
    const { queue, sent } = world();
    queue.add(
      ['a', 'b', 'c', 'd'].map((name) => file(name)),
      1000,
    );
    expect(sent.map(({ name }) => name)).toEqual(['a', 'b'].slice(0, AT_ONCE_MAX));
    sent[0]?.hearer.done('1');
    expect(sent.map(({ name }) => name)).toEqual(['a', 'b', 'c']);
    expect(states(queue)).toBe('sent sending sending waiting');
    expect(queue.items[0]).toMatchObject({ id: '1', sent: 10 });
  });

  it('holds an interrupted file until the line is back, and does not hold up the others', () => {
    const { queue, sent } = world();
    queue.add([file('a'), file('b'), file('c')], 1000);
    sent[0]?.hearer.progress(4);
    sent[0]?.hearer.failed(new Problem({ code: 'unreachable' }));
    expect(states(queue)).toBe('lost sending sending');
    expect(queue.busy).toBe(true);
    queue.retryLost();
    expect(states(queue)).toBe('waiting sending sending');
    sent[1]?.hearer.done('2');
    expect(sent.at(-1)?.name).toBe('a');
    expect(queue.items[0]?.sent).toBe(4);
  });

  it('does not try again by itself what the station refuses', () => {
    const { queue, sent } = world();
    queue.add([file('a')], 1000);
    sent[0]?.hearer.failed(new Problem({ code: 'forbidden', status: 403 }));
    queue.retryLost();
    expect(states(queue)).toBe('failed');
    expect(queue.busy).toBe(false);
  });

  it('tells what would be refused anyway without sending it', () => {
    const { queue, sent } = world();
    queue.add([file('empty', 0), file('large', 1001), file('good')], 1000);
    expect(queue.items.map(({ problem }) => problem?.code ?? null)).toEqual(['upload_empty', 'upload_too_large', null]);
    expect(sent.map(({ name }) => name)).toEqual(['good']);
    queue.add(
      Array.from({ length: FILES_MAX }, (_, index) => file(String(index))),
      1000,
    );
    expect(queue.items.filter(({ problem }) => problem?.code === 'too_many_files')).toHaveLength(3);
  });

  it('stops a file that is taken out', () => {
    const { queue, sent } = world();
    queue.add([file('a')], 1000);
    queue.remove(queue.items[0]?.key ?? 0);
    expect(sent[0]?.stopped).toBe(true);
    sent[0]?.hearer.done('late');
    expect(queue.items).toEqual([]);
  });
});
