import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { accessible, expect, PERSON, test, type Station } from './station';

const PROGRAM = process.env['LOA_PROGRAM'] ?? new URL('../../target/debug/loa', import.meta.url).pathname;
const CONFIG = process.env['LOA_CONFIG'] ?? new URL('../../config/demo.toml', import.meta.url).pathname;
/** Where pictures go, for people to look at; none are taken without it. */
const PICTURES = process.env['LOA_PICTURES'];

/** Asks the API in the page's session. */
async function ask(page: Page, method: string, path: string, data?: unknown) {
  const session = await (await page.request.get('/api/v1/session')).json();
  const response = await page.request.fetch(`/api/v1${path}`, {
    method,
    data,
    headers: { 'X-Loa-CSRF': session.csrf },
  });
  expect(response.ok(), `${method} ${path}: ${await response.text()}`).toBe(true);
  return response.status() === 204 ? null : response.json();
}

const slot = (id: string, name: string, time: string, count = 2) => ({
  id,
  name,
  pattern: { every: 'week', weekdays: [1, 2, 3, 4, 5, 6, 7], times: [time] },
  length_max_s: 1800,
  rundown: [{ kind: 'queue', count }],
});

/** Puts recordings of a few seconds into the library. */
function recordings(station: Station, titles: string[]) {
  titles.forEach((title, index) => {
    const rate = 16_000;
    const samples = Int16Array.from(
      { length: rate * 4 },
      (_, at) => 8000 * Math.sin((2 * Math.PI * (300 + 60 * index) * at) / rate),
    );
    const head = Buffer.alloc(44);
    head.write('RIFF', 0);
    head.writeUInt32LE(36 + samples.byteLength, 4);
    head.write('WAVEfmt ', 8);
    head.writeUInt32LE(16, 16);
    head.writeUInt16LE(1, 20);
    head.writeUInt16LE(1, 22);
    head.writeUInt32LE(rate, 24);
    head.writeUInt32LE(rate * 2, 28);
    head.writeUInt16LE(2, 32);
    head.writeUInt16LE(16, 34);
    head.write('data', 36);
    head.writeUInt32LE(samples.byteLength, 40);
    const file = join(station.folder, `bai-${index}.wav`);
    writeFileSync(file, Buffer.concat([head, Buffer.from(samples.buffer)]));
    loa(station, ['clip', 'add', file, '--title', title, '--topic', 'CCHC']);
    loa(station, ['clip', 'approve', String(index + 1), '--title', 'Chủ tịch']);
  });
}

function loa(station: Station, args: string[]) {
  const driver = ['--set', 'zone.0.output.driver=null'];
  execFileSync(PROGRAM, ['--config', CONFIG, '--data', station.folder, ...driver, '--by', 'Lê Thị B', ...args]);
}

/** A picture in both themes at both widths. */
async function picture(page: Page, name: string) {
  if (!PICTURES) return;
  for (const theme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: theme });
    for (const width of [1280, 360]) {
      await page.setViewportSize({ width, height: 900 });
      await page.waitForTimeout(400);
      await page.screenshot({ path: join(PICTURES, `${name}-${theme}-${width}.png`), fullPage: true });
    }
  }
  await page.emulateMedia({ colorScheme: null });
  await page.setViewportSize({ width: 1280, height: 900 });
}

test('an occurrence that is dragged asks first, moves alone, and is put back', async ({ signedIn: page }) => {
  await page.setViewportSize({ width: 1280, height: 900 });
  await ask(page, 'POST', '/slots', slot('sang', 'Bản tin sáng', '09:00:00'));
  await ask(page, 'POST', '/slots', slot('trua', 'Bản tin trưa', '11:00:00'));
  const { now } = await ask(page, 'GET', '/slot-options');
  const day = new Date(Date.parse(`${now.slice(0, 10)}T00:00:00Z`) + 8 * 86_400_000).toISOString().slice(0, 10);
  await page.goto(`/schedule?day=${day}&view=week`);
  const morning = page.locator('.ec-event', { hasText: 'Bản tin sáng' }).first();
  await expect(morning).toBeVisible();
  await picture(page, 'schedule-week');
  // The calendar's own markup gives its articles the role of buttons; everything around it is looked at, and so is every dialog.
  const { violations } = await new AxeBuilder({ page }).exclude('.ec').analyze();
  expect(violations.map(({ id }) => id)).toEqual([]);

  // Onto the other: the page says so while it is dragged, and nothing is saved.
  const noon = page.locator('.ec-event', { hasText: 'Bản tin trưa' }).first();
  const [from, onto] = [await morning.boundingBox(), await noon.boundingBox()];
  if (!from || !onto) throw new Error('not on the page');
  await page.mouse.move(from.x + 20, from.y + 6);
  await page.mouse.down();
  await page.mouse.move(from.x + 20, from.y + 20, { steps: 3 });
  await page.mouse.move(from.x + 20, onto.y + 8, { steps: 8 });
  await expect(page.getByText(/Trùng “Bản tin trưa”/)).toBeVisible();
  await page.mouse.up();
  const dialog = page.getByRole('dialog', { name: 'Dời “Bản tin sáng”' });
  await expect(dialog.getByText(/Trùng “Bản tin trưa”/)).toBeVisible();
  await expect(dialog.getByRole('button', { name: 'Dời', exact: true })).toBeDisabled();

  // The same by keyboard: another time, for this one alone.
  await dialog.getByLabel('Giờ', { exact: true }).fill('10:00');
  await expect(dialog.getByRole('button', { name: 'Dời', exact: true })).toBeEnabled();
  await picture(page, 'schedule-move');
  await dialog.getByRole('button', { name: 'Dời', exact: true }).click();
  await expect(page.getByText(/Đã dời “Bản tin sáng”/)).toBeVisible();
  await expect(page.locator('.loa-left_out')).toHaveCount(1);
  await page.locator('.loa-left_out').click();
  await page.getByRole('button', { name: 'Trả lại lịch' }).click();
  await expect(page.locator('.loa-left_out')).toHaveCount(0);
});

test('two people on one slot: the second sees the difference and chooses', async ({
  signedIn: page,
  browser,
  station,
}) => {
  await ask(page, 'POST', '/slots', slot('sang', 'Bản tin sáng', '09:00:00'));
  const other = await browser.newContext({ baseURL: station.url, locale: 'vi-VN' });
  const second = await other.newPage();
  await second.goto('/sign-in');
  await second.getByLabel('Tên đăng nhập').fill(PERSON.name);
  await second.getByLabel('Mật khẩu', { exact: true }).fill(PERSON.password);
  await second.getByRole('button', { name: 'Đăng nhập' }).click();
  await expect(second.getByRole('heading', { level: 1, name: 'Đang phát' })).toBeVisible();
  await page.goto('/schedule/slots/sang');
  await second.goto('/schedule/slots/sang');
  await expect(second.getByLabel('Tên khung giờ')).toHaveValue('Bản tin sáng');
  await picture(page, 'slot-editor');
  await accessible(page);

  await page.getByLabel('Tên khung giờ').fill('Bản tin sớm');
  await page.getByRole('button', { name: 'Lưu' }).click();
  await expect(page.getByText('Đã lưu “Bản tin sớm”.')).toBeVisible();

  await second.getByLabel('Tên khung giờ').fill('Bản tin đầu ngày');
  await second.getByRole('button', { name: 'Lưu' }).click();
  const dialog = second.getByRole('dialog', { name: 'Khung giờ này vừa được người khác sửa' });
  await expect(dialog.getByText('Bản tin sớm')).toBeVisible();
  await expect(dialog.getByText('Bản tin đầu ngày')).toBeVisible();
  await picture(second, 'slot-stale');
  await dialog.getByRole('radio', { name: /Đang có trên đài/ }).check();
  await dialog.getByRole('button', { name: 'Tiếp tục với lựa chọn này' }).click();
  await expect(second.getByLabel('Tên khung giờ')).toHaveValue('Bản tin sớm');
  await other.close();
});

test('the queue is put in order by buttons and by dragging, and says what will be heard', async ({
  signedIn: page,
  station,
}) => {
  recordings(station, ['Cải cách hành chính', 'Phòng chống dịch', 'Vệ sinh đường làng']);
  await ask(page, 'POST', '/slots', slot('sang', 'Bản tin sáng', '09:00:00', 1));
  for (const clip of [1, 2, 3]) await ask(page, 'POST', '/queue', { clip, slot: null });
  await page.goto('/queue');
  const list = page.getByRole('list', { name: 'Khung giờ nào cũng được' });
  const titles = () => list.locator('li strong').allTextContents();
  await expect.poll(titles).toEqual(['Cải cách hành chính', 'Phòng chống dịch', 'Vệ sinh đường làng']);
  await picture(page, 'queue');
  await accessible(page);
  await list.getByRole('button', { name: 'Đưa “Vệ sinh đường làng” lên' }).click();
  await expect.poll(titles).toEqual(['Cải cách hành chính', 'Vệ sinh đường làng', 'Phòng chống dịch']);
  const grip = list.getByLabel('Kéo “Phòng chống dịch”');
  const [from, onto] = [await grip.boundingBox(), await list.locator('li').first().boundingBox()];
  if (!from || !onto) throw new Error('not on the page');
  await page.mouse.move(from.x + 8, from.y + 12);
  await page.mouse.down();
  await page.mouse.move(from.x + 8, from.y - 20, { steps: 6 });
  await page.mouse.move(from.x + 8, onto.y + 6, { steps: 12 });
  await page.waitForTimeout(300);
  await page.mouse.up();
  await expect.poll(titles).toEqual(['Phòng chống dịch', 'Cải cách hành chính', 'Vệ sinh đường làng']);

  await page.goto('/schedule/rehearsal');
  await expect(page.getByText('Phòng chống dịch').or(page.getByText('Cải cách hành chính')).first()).toBeVisible();
  await picture(page, 'rehearsal');
  await accessible(page);
});
