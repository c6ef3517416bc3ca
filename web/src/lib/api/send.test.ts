import { describe, expect, it, vi } from 'vitest';
import { Problem } from './problem';
import { idempotencyKey, send, type Ties } from './send';

const problem = (status: number, code: string) =>
  new Response(JSON.stringify({ code, detail: code }), {
    status,
    headers: { 'Content-Type': 'application/problem+json' },
  });

function ties(answers: Array<() => Response>): Ties & { sent: Request[] } {
  const sent: Request[] = [];
  let csrf = 'first';
  return {
    sent,
    csrf: () => csrf,
    renew: vi.fn(async () => {
      csrf = 'second';
      return true;
    }),
    fetch: async (request) => {
      sent.push(request);
      const answer = answers.shift();
      if (!answer) throw new TypeError('nobody answers');
      return answer();
    },
  };
}

const command = () => new Request('http://loa/api/v1/queue', { method: 'POST', body: '{"clip":7}' });

describe('send', () => {
  it('gives a command a key and the token, and a question neither', async () => {
    const world = ties([() => new Response('{}'), () => new Response('{}')]);
    await send(command(), world);
    await send(new Request('http://loa/api/v1/status'), world);
    const [post, get] = world.sent;
    expect(post?.headers.get('Idempotency-Key')).toMatch(/^[0-9a-f]{32}$/);
    expect(post?.headers.get('X-Loa-CSRF')).toBe('first');
    expect(get?.headers.get('Idempotency-Key')).toBeNull();
    expect(get?.headers.get('X-Loa-CSRF')).toBeNull();
  });

  it('sends the same command again, key and body, after the person has signed in again', async () => {
    const world = ties([() => problem(401, 'sign_in'), () => new Response('{"done":true}')]);
    const response = await send(command(), world);
    expect(await response.json()).toEqual({ done: true });
    const [before, after] = world.sent;
    expect(after?.headers.get('Idempotency-Key')).toBe(before?.headers.get('Idempotency-Key'));
    expect(after?.headers.get('X-Loa-CSRF')).toBe('second');
    expect(await after?.text()).toBe('{"clip":7}');
  });

  it('does not ask to sign in again because a password was wrong', async () => {
    const world = ties([() => problem(401, 'sign_in_wrong')]);
    expect((await send(command(), world)).status).toBe(401);
    expect(world.renew).not.toHaveBeenCalled();
  });

  it('gives up after one more try', async () => {
    const world = ties([() => problem(401, 'sign_in'), () => problem(401, 'sign_in')]);
    expect((await send(command(), world)).status).toBe(401);
    expect(world.sent).toHaveLength(2);
  });

  it('says that nobody answers', async () => {
    await expect(send(command(), ties([]))).rejects.toMatchObject({ code: 'unreachable', passing: true });
  });
});

describe('Problem', () => {
  it('takes a bad gateway for an unreachable station and keeps what a problem says', () => {
    expect(Problem.from(new Response('', { status: 502 }), '<html>').code).toBe('unreachable');
    const body = { code: 'too_many_attempts', detail: 'wait', values: { wait_s: '30' } };
    expect(Problem.from(new Response('', { status: 429 }), body)).toMatchObject({ ...body, status: 429 });
  });
});

describe('idempotencyKey', () => {
  it('never says the same twice', () => {
    expect(new Set(Array.from({ length: 500 }, idempotencyKey)).size).toBe(500);
  });
});
