import type { Page } from '@playwright/test';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { tone } from './sound';
import { accessible, ask, expect, PERSON, signIn, slot, test, type Station } from './station';

/** Puts approved recordings of a few seconds into the library. */
async function recordings(station: Station, titles: string[]) {
  for (const [index, title] of titles.entries()) {
    const file = join(station.folder, `bai-${index}.wav`);
    await writeFile(file, tone(300 + 60 * index, 4));
    const leader = ['--approve-by', 'Nguyễn Văn An', '--approve-title', 'Chủ tịch'];
    await station.loa(['clip', 'add', file, '--title', title, '--topic', 'CCHC', ...leader]);
  }
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
  await accessible(page);

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
  await signIn(second, PERSON.name);
  await page.goto('/schedule/slots/sang');
  await second.goto('/schedule/slots/sang');
  await expect(second.getByLabel('Tên khung giờ')).toHaveValue('Bản tin sáng');
  await accessible(page);

  await page.getByLabel('Tên khung giờ').fill('Bản tin sớm');
  await page.getByRole('button', { name: 'Lưu' }).click();
  await expect(page.getByText('Đã lưu “Bản tin sớm”.')).toBeVisible();

  await second.getByLabel('Tên khung giờ').fill('Bản tin đầu ngày');
  await second.getByRole('button', { name: 'Lưu' }).click();
  const dialog = second.getByRole('dialog', { name: 'Khung giờ này vừa được người khác sửa' });
  await expect(dialog.getByText('Bản tin sớm')).toBeVisible();
  await expect(dialog.getByText('Bản tin đầu ngày')).toBeVisible();
  await dialog.getByRole('radio', { name: /Đang có trên đài/ }).check();
  await dialog.getByRole('button', { name: 'Tiếp tục với lựa chọn này' }).click();
  await expect(second.getByLabel('Tên khung giờ')).toHaveValue('Bản tin sớm');
  await other.close();
});

test('the queue is put in order by buttons and by dragging, and says what will be heard', async ({
  signedIn: page,
  station,
}) => {
  await recordings(station, ['Cải cách hành chính', 'Phòng chống dịch', 'Vệ sinh đường làng']);
  await ask(page, 'POST', '/slots', slot('sang', 'Bản tin sáng', '09:00:00', 1));
  for (const clip of [1, 2, 3]) await ask(page, 'POST', '/queue', { clip, slot: null });
  await page.goto('/queue');
  const list = page.getByRole('list', { name: 'Khung giờ nào cũng được' });
  const titles = () => list.locator('li strong').allTextContents();
  await expect.poll(titles).toEqual(['Cải cách hành chính', 'Phòng chống dịch', 'Vệ sinh đường làng']);
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
  await expect(list.locator('li').first()).toContainText('Phòng chống dịch');
  const moved = page.waitForResponse((response) => response.request().method() === 'PATCH' && response.ok());
  await page.mouse.up();
  await moved;
  await expect.poll(titles).toEqual(['Phòng chống dịch', 'Cải cách hành chính', 'Vệ sinh đường làng']);

  await page.goto('/schedule/rehearsal');
  await expect(page.getByText('Phòng chống dịch').or(page.getByText('Cải cách hành chính')).first()).toBeVisible();
  await accessible(page);
});
