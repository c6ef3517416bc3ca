import type { Page } from '@playwright/test';
import { readFile } from 'node:fs/promises';
import { tone } from './sound';
import { accessible, ask, expect, PERSON, signIn, test } from './station';

/** How far ahead the slot of the story lies at least: time to choose its clips and to open the device. Milliseconds. */
const AHEAD_MS_MIN = 15_000;
const MINUTE_MS = 60_000;

/** Plays a clip by hand through the page. */
async function playNow(page: Page, typed: string, title: string) {
  await page.getByRole('button', { name: 'Phát ngay' }).click();
  const dialog = page.getByRole('dialog', { name: 'Phát ngay một tin, bài' });
  await expect(dialog.getByRole('button', { name: 'Phát ngay' })).toBeDisabled();
  await dialog.getByLabel('Tìm tin, bài đã duyệt').fill(typed);
  await dialog.getByLabel(title).check();
  await dialog.getByRole('button', { name: 'Phát ngay' }).click();
  await expect(now(page)).toContainText(title, { timeout: 20_000 });
  await expect(sounding(page, title)).toBeVisible({ timeout: 20_000 });
}

const now = (page: Page) => page.getByRole('region', { name: 'Lúc này' });

const sounding = (page: Page, title: string) => page.getByRole('progressbar', { name: title });

/** Drops a recording onto the page, as a person with a mouse. */
async function drop(page: Page, name: string, sound: Buffer) {
  const files = await page.evaluateHandle(
    ([name, sound]) => {
      const bytes = Uint8Array.from(atob(sound), (letter) => letter.charCodeAt(0));
      const carried = new DataTransfer();
      carried.items.add(new File([bytes], name, { type: 'audio/wav' }));
      return carried;
    },
    [name, sound.toString('base64')] as const,
  );
  await page.getByText('Kéo thả các tệp ghi âm vào đây').dispatchEvent('drop', { dataTransfer: files });
}

/** A slot that takes one clip from the queue in a moment, once. */
async function soon(page: Page) {
  const { now } = await ask(page, 'GET', '/slot-options');
  // A slot starts on a minute.
  const at = new Date(Math.ceil((Date.parse(now) + AHEAD_MS_MIN) / MINUTE_MS) * MINUTE_MS);
  const civil = new Date(at.getTime() + 7 * 3_600_000).toISOString();
  const pattern = { every: 'dates', dates: [civil.slice(0, 10)], times: [civil.slice(11, 19)] };
  const rundown = [{ kind: 'queue', count: 1 }];
  await ask(page, 'POST', '/slots', { id: 'lan-dau', name: 'Buổi đầu tiên', pattern, length_max_s: 60, rundown });
}

test('from an empty station to a report: brought, approved, queued, heard on time, corrected, counted', async ({
  signedIn: page,
  station,
  browser,
}) => {
  test.setTimeout(240_000);
  await station.person('an', 'Nguyễn Văn An', 'approver');
  const context = await browser.newContext({
    baseURL: station.url,
    locale: 'vi-VN',
    viewport: { width: 360, height: 740 },
  });
  const leader = await context.newPage();
  await signIn(leader, 'an');

  // The officer brings a recording and says what it is; to approve it is not hers.
  await page.goto('/library');
  await drop(page, 'Vệ sinh môi trường.wav', tone(440, 6));
  const coming = page.getByRole('region', { name: 'Bản ghi đang tải lên' });
  await expect(coming.getByText('Đã vào thư viện, còn là bản nháp')).toBeVisible({ timeout: 20_000 });
  await coming.getByRole('link', { name: 'Vệ sinh môi trường.wav' }).click();
  await page.getByLabel('Lĩnh vực', { exact: true }).fill('thu tuc hanh chinh');
  await page
    .getByRole('option', { name: /thủ tục hành chính/i })
    .first()
    .click();
  await page.getByLabel('Người biên tập').fill(PERSON.display_name);
  await page.getByRole('button', { name: 'Lưu' }).click();
  await expect(page.getByText('Đã lưu.')).toBeVisible();
  await page.getByRole('button', { name: 'Gửi duyệt' }).click();
  const decision = page.getByRole('region', { name: 'Duyệt' });
  await expect(decision).toContainText('Chờ duyệt');
  await expect(page.getByRole('button', { name: 'Duyệt phát' })).toHaveCount(0);

  // The leader approves it on a phone, and the officer sees it without loading anything again.
  await leader.goto('/library');
  await leader.getByRole('link', { name: 'Vệ sinh môi trường' }).click();
  await leader.getByRole('button', { name: 'Duyệt phát' }).click();
  await expect(decision).toContainText('Đã duyệt');
  await expect(decision).toContainText('Nguyễn Văn An');

  await page.goto('/queue');
  await page.getByRole('button', { name: 'Thêm tin bài' }).click();
  const picker = page.getByRole('dialog', { name: 'Thêm tin bài' });
  await picker.getByLabel('Tìm theo tên tin bài').fill('ve sinh');
  await picker.getByRole('button', { name: /Vệ sinh môi trường/ }).click();
  await page.keyboard.press('Escape');
  const list = page.getByRole('list', { name: 'Khung giờ nào cũng được' });
  await expect(list).toContainText('Vệ sinh môi trường');
  await soon(page);
  await expect(page.getByRole('complementary')).toContainText('Buổi đầu tiên');

  // Nobody touches anything: it is heard, in both browsers.
  await Promise.all([page.goto('/'), leader.goto('/')]);
  await expect(sounding(page, 'Vệ sinh môi trường')).toBeVisible({ timeout: 90_000 });
  await expect(sounding(leader, 'Vệ sinh môi trường')).toBeVisible();
  await expect(now(page)).toContainText('Loa đang im.', { timeout: 20_000 });

  // What was heard stands in the log with its evidence; a wrong title is corrected and both are kept.
  await page.goto('/log');
  const line = page.getByRole('row', { name: /Vệ sinh môi trường/ });
  await expect(line).toContainText('Đã phát đủ');
  await line.getByRole('link', { name: /Vệ sinh môi trường/ }).click();
  const sheet = page.getByRole('dialog', { name: 'Vệ sinh môi trường' });
  await expect(sheet.getByRole('heading', { name: 'Bằng chứng' })).toBeVisible();
  await expect(sheet).toContainText('(100,0%)');
  await accessible(page);
  await sheet.getByText('Đính chính', { exact: true }).click();
  await sheet.getByLabel('Tên tin, bài').fill('Vệ sinh môi trường nông thôn');
  await sheet.getByRole('button', { name: 'Ghi đính chính' }).click();
  await expect(sheet.getByText('Hãy ghi lý do')).toBeVisible();
  await sheet.getByLabel('Lý do đính chính').fill('Ghi thiếu tên.');
  await sheet.getByRole('button', { name: 'Ghi đính chính' }).click();
  const after = page.getByRole('dialog', { name: 'Vệ sinh môi trường nông thôn' });
  await expect(after.locator('.said')).toContainText('Vệ sinh môi trường → Vệ sinh môi trường nông thôn');
  await expect(after.locator('.said')).toContainText('Ghi thiếu tên.');
  // The leader reads the same on the phone.
  await leader.goto(page.url());
  const read = leader.getByRole('dialog', { name: 'Vệ sinh môi trường nông thôn' });
  await expect(read).toContainText('Ghi thiếu tên.');
  await accessible(leader);
  await context.close();

  await page.goto('/reports');
  await expect(page.getByRole('link', { name: /Số lượt phát/ })).toContainText('1');
  for (const [name, ending] of [
    ['Bảng tính (CSV)', /\.csv$/],
    ['JSON', /\.json$/],
  ] as const) {
    const download = page.waitForEvent('download');
    await page.getByRole('link', { name }).click();
    const file = await download;
    expect(file.suggestedFilename()).toMatch(ending);
    expect((await readFile(await file.path(), 'utf8')).length).toBeGreaterThan(100);
  }
  await page.getByRole('link', { name: /Số lượt phát/ }).click();
  await expect(page.getByRole('row', { name: /Vệ sinh môi trường nông thôn/ })).toBeVisible();
});

test('a clip is found without marks, played, watched in two browsers, stopped by name and found in the log', async ({
  signedIn: page,
  station,
  browser,
}) => {
  const [, title = ''] = await station.furnish();
  await station.person('xem', 'Trần Văn Xem', 'viewer');
  const context = await browser.newContext({ baseURL: station.url, locale: 'vi-VN' });
  const other = await context.newPage();
  await signIn(other, 'xem');
  await expect(now(other)).toContainText('Tài khoản này chỉ xem');
  for (const name of ['Phát ngay', 'Dừng phát', 'Mở nắp nút khẩn cấp']) {
    await expect(other.getByRole('button', { name })).toHaveCount(0);
  }

  await playNow(page, 'mot cua', title);
  await expect(now(other)).toContainText(title);
  await expect(page.getByRole('img', { name: 'Hình sóng của bài đang phát' })).toBeVisible();
  await expect(page.getByRole('meter')).toHaveAttribute('aria-valuetext', /LUFS/);
  const left = page.getByText(/^còn \d+:\d\d$/);
  const before = await left.textContent();
  await expect(left).not.toHaveText(before ?? '');
  await accessible(page);

  // What the page does not show, the station refuses all the same.
  const refused = await other.evaluate(async () => {
    const session = await fetch('/api/v1/session').then((answer) => answer.json());
    const headers = { 'X-Loa-CSRF': session.csrf, 'Content-Type': 'application/json', 'Idempotency-Key': 'x1' };
    return fetch('/api/v1/air/stop', { method: 'POST', headers, body: '{}' }).then((answer) => answer.status);
  });
  expect(refused).toBe(403);

  await page.getByRole('button', { name: 'Dừng phát' }).click();
  const dialog = page.getByRole('dialog', { name: 'Dừng phát ngay?' });
  await expect(dialog).toContainText(title);
  await dialog.getByRole('button', { name: 'Dừng phát' }).click();
  await expect(now(page)).toContainText('Loa đang im.');
  await expect(now(other)).toContainText('Loa đang im.');
  const log = JSON.parse(await station.loa(['log', '--json'])) as { title: string; by: string }[];
  expect(log.find((row) => row.title === title)?.by).toBe(PERSON.display_name);
  await context.close();
});

test('an emergency is uncovered, chosen, typed by keyboard, breaks in and is logged by name', async ({
  signedIn: page,
  station,
}) => {
  const [, first = '', second = ''] = await station.furnish();
  await playNow(page, 'mot cua', first);
  await expect(page.getByRole('button', { name: 'Phát khẩn cấp' })).toHaveCount(0);
  await page.getByRole('button', { name: 'Mở nắp nút khẩn cấp' }).press('Enter');
  await page.getByRole('button', { name: 'Phát khẩn cấp' }).press('Enter');
  const dialog = page.getByRole('dialog', { name: 'Phát khẩn cấp' });
  await expect(dialog).toContainText(`“${first}” sẽ bị ngắt ngay.`);
  await expect(dialog).toContainText(PERSON.display_name);
  await dialog.getByLabel(second).press('Space');
  const go = dialog.getByRole('button', { name: 'Ngắt và phát khẩn cấp' });
  await dialog.getByLabel('Gõ KHẨN CẤP để xác nhận').fill('khẩn');
  await expect(go).toBeDisabled();
  await dialog.getByLabel('Gõ KHẨN CẤP để xác nhận').fill('khẩn cấp');
  await accessible(page);
  await go.press('Enter');
  await expect(page.getByRole('progressbar', { name: second })).toBeVisible({ timeout: 20_000 });
  const log = JSON.parse(await station.loa(['log', '--json'])) as { title: string; kind: string; by: string }[];
  expect(log.find((row) => row.kind === 'emergency')).toMatchObject({ title: second, by: PERSON.display_name });
});

test('a station that is killed while it plays is said to be gone, comes back, and its log knows what was heard', async ({
  signedIn: page,
  station,
}) => {
  const [, title = ''] = await station.furnish();
  await playNow(page, 'mot cua', title);
  // Long enough that some of it was heard.
  await expect.poll(async () => Number(await sounding(page, title).getAttribute('aria-valuenow'))).toBeGreaterThan(5);
  await station.kill();
  await expect(page.getByText(/không biết loa đang phát gì/)).toBeVisible();
  await expect(page.getByRole('button', { name: 'Dừng phát' })).toBeDisabled();
  await accessible(page);
  await station.resume();
  await expect(page.getByText(/không biết loa đang phát gì/)).toBeHidden({ timeout: 40_000 });
  const log = JSON.parse(await station.loa(['log', '--json'])) as { title: string; outcome: string }[];
  expect(log.find((row) => row.title === title)?.outcome).toBe('partial');
});

test('English says the same, and the page fits a phone', async ({ signedIn: page, station }) => {
  await station.furnish();
  await page.setViewportSize({ width: 360, height: 740 });
  await page.getByRole('button', { name: 'Ngôn ngữ và giao diện' }).click();
  await page.getByRole('menuitemcheckbox', { name: 'English' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'On air' })).toBeVisible();
  await expect(page.getByRole('region', { name: 'Now' })).toContainText('The loudspeakers are silent.');
  await page.keyboard.press('Escape');
  await accessible(page);
});

test('a page that follows the levels for long neither grows nor moves', async ({ signedIn: page, station }) => {
  test.slow();
  const [, title = ''] = await station.furnish(120);
  /** So far, with what the last frame moved. */
  const moved = () =>
    page.evaluate(async () => {
      await new Promise(requestAnimationFrame);
      await new Promise(requestAnimationFrame);
      return (window as unknown as { moved: number }).moved;
    });
  // A thousandth of the window: less is a letter drawn a fraction of a dot beside.
  expect(await moved(), 'layout shift while the page comes').toBeLessThan(0.001);
  await playNow(page, 'mot cua', title);
  // That the clip is shown moved what is below, as was asked for, however late a busy machine draws it.
  const asked = await moved();
  const client = await page.context().newCDPSession(page);
  const weigh = async () => {
    await client.send('HeapProfiler.collectGarbage');
    const { metrics } = await client.send('Performance.getMetrics');
    const of = (name: string) => metrics.find((metric) => metric.name === name)?.value ?? 0;
    return { heap: of('JSHeapUsedSize'), nodes: of('Nodes') };
  };
  await client.send('Performance.enable');
  /** Hands the page so many levels as if the station had sent them; the real line goes on beside. */
  const feed = (count: number) =>
    page.evaluate(async (count) => {
      const source = (window as unknown as { lines: EventSource[] }).lines.at(-1);
      for (let at = 0; at < count; at += 1) {
        const heard = { momentary_lufs: -23 - (at % 7), peak_dbfs: -(at % 30) };
        const level = { ...heard, position_ms: at * 100, zones: [{ id: 'thi-tran', ...heard }] };
        source?.dispatchEvent(new MessageEvent('level', { data: JSON.stringify(level) }));
        if (at % 20 === 0) await new Promise(requestAnimationFrame);
      }
    }, count);
  await feed(500);
  const before = await weigh();
  await feed(2_000);
  const after = await weigh();
  expect(after.nodes - before.nodes, 'nodes of the page').toBeLessThanOrEqual(20);
  expect(after.heap - before.heap, 'bytes of its heap').toBeLessThan(1_000_000);
  expect((await moved()) - asked, 'layout shift that nobody asked for').toBeLessThan(0.001);
});

test.beforeEach(async ({ page }) => {
  await page.addInitScript(() => {
    const world = window as unknown as { lines: EventSource[]; moved: number };
    [world.lines, world.moved] = [[], 0];
    const Real = window.EventSource;
    window.EventSource = class extends Real {
      constructor(...given: ConstructorParameters<typeof EventSource>) {
        super(...given);
        world.lines.push(this);
      }
    };
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as (PerformanceEntry & {
        value: number;
        hadRecentInput: boolean;
      })[]) {
        if (!entry.hadRecentInput) world.moved += entry.value;
      }
    }).observe({ type: 'layout-shift', buffered: false });
  });
});
