import AxeBuilder from '@axe-core/playwright';
import { test as base, expect, type Page } from '@playwright/test';
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tone } from './sound';

const PROGRAM = process.env['LOA_PROGRAM'] ?? new URL('../../target/debug/loa', import.meta.url).pathname;
const CONFIG = process.env['LOA_CONFIG'] ?? new URL('../../config/demo.toml', import.meta.url).pathname;
/** How long a station may take to answer. Milliseconds. */
const START_MS_MAX = 20_000;

/** A person of the tests. */
export const PERSON = { name: 'lan', display_name: 'Nguyễn Thị Lan', password: 'loa phường vang xa' };

/** A running station of its own, with an empty data folder. */
export class Station {
  #child: ChildProcess | null = null;
  #said = '';

  private constructor(
    readonly folder: string,
    readonly port: number,
  ) {}

  /** Starts one on a free port of this machine. */
  static async start(): Promise<Station> {
    const station = new Station(await mkdtemp(join(tmpdir(), 'loa-e2e-')), await freePort());
    await station.resume();
    return station;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Starts it, as after `stop`. */
  async resume() {
    const settings = [`console.listen=127.0.0.1:${this.port}`, 'zone.0.output.kind=null'];
    const args = ['--config', CONFIG, '--data', this.folder, ...settings.flatMap((one) => ['--set', one]), 'run'];
    const child = spawn(PROGRAM, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child = child;
    for (const out of [child.stdout, child.stderr]) out.on('data', (text: Buffer) => (this.#said += text.toString()));
    const until = Date.now() + START_MS_MAX;
    while (!(await this.#answers())) {
      if (child.exitCode !== null || Date.now() > until) throw new Error(`the station did not start:\n${this.#said}`);
      await new Promise((wake) => setTimeout(wake, 50));
    }
  }

  /** Ends it as a person would. */
  async stop() {
    const child = this.#child;
    if (!child || child.exitCode !== null) return;
    child.kill('SIGTERM');
    await once(child, 'exit');
  }

  /** The code that makes the first account. */
  async firstRunCode(): Promise<string> {
    return (await readFile(join(this.folder, 'first-run-code'), 'utf8')).trim();
  }

  /** Ends it as a power cut would. */
  async kill() {
    const child = this.#child;
    if (!child || child.exitCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }

  /** A command of the program on this station; what it says. */
  async loa(args: string[], input = ''): Promise<string> {
    return new Promise((done, fail) => {
      const all = ['--config', CONFIG, '--data', this.folder, ...args];
      const child = execFile(PROGRAM, all, (error, out, said) =>
        error ? fail(new Error(`${args.join(' ')}: ${said}`)) : done(out),
      );
      child.stdin?.end(input);
    });
  }

  /** Clips that a leader has approved: a tune and two bulletins of so many seconds. Their titles, in order. */
  async furnish(seconds = 45): Promise<string[]> {
    const clips: [string, number, number, string[]][] = [
      ['Nhạc hiệu Đài', 600, 2, ['--genre', 'ident']],
      ['Bộ phận một cửa', 440, seconds, ['--topic', 'CCHC']],
      ['Dịch vụ công trực tuyến', 500, seconds, ['--topic', 'CCHC.TTHC']],
    ];
    for (const [title, hertz, length, more] of clips) {
      const file = join(this.folder, `${hertz}.wav`);
      await writeFile(file, tone(hertz, length));
      const leader = ['--approve-by', 'Nguyễn Văn An', '--approve-title', 'Phó Chủ tịch UBND'];
      await this.loa(['clip', 'add', file, '--title', title, ...more, ...leader]);
    }
    return clips.map(([title]) => title);
  }

  /** A person with these roles and the password of `PERSON`. */
  async person(name: string, display: string, roles: string) {
    const args = ['user', 'add', name, '--role', roles, '--name', display, '--password-stdin', '--lasting'];
    await this.loa(args, `${PERSON.password}\n`);
  }

  async #answers(): Promise<boolean> {
    return fetch(`${this.url}/api/v1/session`).then(
      (response) => response.ok,
      () => false,
    );
  }

  async end() {
    await this.stop();
    await rm(this.folder, { recursive: true, force: true });
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

/** What a page must not do, whatever it is tested for. */
function watch(page: Page, station: Station): () => void {
  const wrong: string[] = [];
  page.on('pageerror', (error) => wrong.push(`threw: ${error.message}`));
  page.on('console', (message) => {
    if (/Content.Security.Policy/i.test(message.text())) wrong.push(message.text());
  });
  page.on('request', (request) => {
    const { protocol, host } = new URL(request.url());
    if (protocol.startsWith('http') && host !== `127.0.0.1:${station.port}`) wrong.push(`asked ${request.url()}`);
  });
  return () => expect(wrong, 'errors, breaches of the policy, requests to other hosts').toEqual([]);
}

/** Tests with a station of their own, and a page that may neither throw, nor breach its policy, nor ask another host. */
export const test = base.extend<{ station: Station; signedIn: Page }>({
  station: async ({}, use) => {
    const station = await Station.start();
    await use(station);
    await station.end();
  },
  baseURL: async ({ station }, use) => use(station.url),
  page: async ({ page, station }, use) => {
    const nothingWrong = watch(page, station);
    await use(page);
    nothingWrong();
  },
  signedIn: async ({ page, station }, use) => {
    await firstRun(page, station);
    await use(page);
  },
});

/** Makes the first account through the page. */
export async function firstRun(page: Page, station: Station) {
  await page.goto('/');
  await page.getByLabel('Mã thiết lập').fill(await station.firstRunCode());
  await page.getByLabel('Họ và tên').fill(PERSON.display_name);
  await page.getByLabel('Tên đăng nhập').fill(PERSON.name);
  await page.getByLabel('Mật khẩu', { exact: true }).fill(PERSON.password);
  await page.getByLabel('Nhập lại mật khẩu').fill(PERSON.password);
  await page.getByRole('button', { name: 'Tạo tài khoản' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Đang phát' })).toBeVisible();
}

/** Signs in a person that the station knows. */
export async function signIn(page: Page, name: string) {
  await page.goto('/sign-in');
  await page.getByLabel('Tên đăng nhập').fill(name);
  await page.getByLabel('Mật khẩu', { exact: true }).fill(PERSON.password);
  await page.getByRole('button', { name: 'Đăng nhập' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Đang phát' })).toBeVisible();
}

/** Asks the API as the page would, in its session. */
export async function ask(page: Page, method: string, path: string, data?: unknown) {
  const session = await (await page.request.get('/api/v1/session')).json();
  const headers = { 'X-Loa-CSRF': session.csrf };
  const response = await page.request.fetch(`/api/v1${path}`, { method, data, headers });
  expect(response.ok(), `${method} ${path}: ${await response.text()}`).toBe(true);
  return response.status() === 204 ? null : response.json();
}

/** A slot of every day that takes so many entries from the queue. */
export const slot = (id: string, name: string, time: string, count = 2) => ({
  id,
  name,
  pattern: { every: 'week', weekdays: [1, 2, 3, 4, 5, 6, 7], times: [time] },
  length_max_s: 1800,
  rundown: [{ kind: 'queue', count }],
});

/** Waits until nothing fades or slides any more: what is half way has colours that nobody reads. What turns for ever goes on. */
async function settled(page: Page) {
  const moves = () =>
    document.getAnimations().filter((one) => {
      const { endTime } = one.effect?.getComputedTiming() ?? {};
      return one.playState === 'running' && Number(endTime) < Infinity;
    }).length;
  await expect.poll(() => page.evaluate(moves), 'everything on the page came to rest').toBe(0);
}

/** The page as it stands fits WCAG 2.2 AA as far as a machine can tell, and is no wider than its window. */
export async function accessible(page: Page, what: 'everything' | 'colours' = 'everything') {
  // Whole, so that nothing is judged by what the bar on phones happens to cover.
  const before = page.viewportSize();
  if (before) {
    const height = await page.evaluate(() => document.documentElement.scrollHeight);
    await page.setViewportSize({ width: before.width, height: Math.max(before.height, height) });
  }
  await settled(page);
  const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
  const axe = new AxeBuilder({ page });
  const { violations } = await (what === 'colours' ? axe.withRules(['color-contrast']) : axe.withTags(tags)).analyze();
  // The calendar's library makes a button of an article: against advice, but every browser tells it as a button.
  const ofLibrary = (id: string, html: string) => id === 'aria-allowed-role' && html.includes('ec-event');
  const found = violations
    .map(({ id, nodes }) => ({ id, nodes: nodes.filter(({ html }) => !ofLibrary(id, html)) }))
    .filter(({ nodes }) => nodes.length > 0)
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ target, html }) => `${target.join(' ')} ${html}`).join(', ')}`);
  // Soft, so that a walk over all pages says everything that is wrong.
  expect.soft(found).toEqual([]);
  if (before) await page.setViewportSize(before);
  const [wide, window] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
  expect(wide, 'nothing is wider than the window').toBeLessThanOrEqual(window ?? 0);
}

export { expect };
