import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { tone } from './sound';
import { accessible, expect, test } from './station';

const RELAY = '[[relay]]\nid = "tinh"\nname = "Đài tỉnh"\nsources = ["file:standby.wav"]\nkeep_source = "province"\n';

test('a stretch of a past relay is brought into the library from its row, and the clip leads back', async ({
  signedIn: page,
  station,
}) => {
  await station.stop();
  await writeFile(join(station.folder, 'settings.toml'), RELAY);
  await writeFile(join(station.folder, 'standby.wav'), tone(330, 30));
  await station.resume();
  const at = new Date(Date.now() + 8_000 + 7 * 3_600_000);
  const cron = [at.getUTCSeconds(), at.getUTCMinutes(), at.getUTCHours(), at.getUTCDate(), at.getUTCMonth() + 1, '*'];
  const slot = ['slot', 'add', 'tiep-am', '--name', 'Tiếp âm', '--at', [...cron, at.getUTCFullYear()].join(' ')];
  await station.loa([...slot, '--length', '8s', '--element', 'relay:tinh,1']);
  await expect
    .poll(async () => JSON.parse(await station.loa(['log', '--json'])).map((row: { outcome: string }) => row.outcome), {
      timeout: 40_000,
    })
    .toEqual(['aired']);
  await page.goto('/log');
  await page
    .getByRole('row', { name: /Đài tỉnh/ })
    .getByRole('link')
    .click();
  const sheet = page.getByRole('dialog', { name: 'Đài tỉnh' });
  // By keyboard alone.
  const form = sheet.locator('details.keep');
  await form.getByText('Đưa vào kho bài', { exact: true }).first().press('Enter');
  await form.getByLabel('Bắt đầu từ').fill('hai phút');
  await form.getByRole('button', { name: 'Đưa vào kho bài' }).press('Enter');
  await expect(form.getByText('Viết phút hoặc phút:giây')).toBeVisible();
  await form.getByLabel('Bắt đầu từ').fill('5:00');
  await form.getByRole('button', { name: 'Đưa vào kho bài' }).press('Enter');
  await expect(form.getByRole('alert')).toContainText('đoạn cần lấy lại bắt đầu sau 300 giây');
  await form.getByLabel('Bắt đầu từ').fill('0:02');
  await form.getByLabel('Dài').fill('0:03');
  await form.getByLabel('Tên tin, bài').fill('Thời sự tỉnh');
  await form.getByRole('button', { name: 'Đưa vào kho bài' }).press('Enter');
  await expect(form.getByRole('status').filter({ hasText: 'Thời sự tỉnh' })).toBeVisible({ timeout: 20_000 });
  await accessible(page);
  await form.getByRole('link', { name: 'Mở bài' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Thời sự tỉnh');
  await expect(page.getByText('Ghi từ một buổi tiếp âm: 3 giây, bắt đầu ở 0:02.')).toBeVisible();
  await accessible(page);
  await page.getByRole('link', { name: 'Xem trong nhật ký' }).click();
  await expect(page.getByRole('dialog', { name: 'Đài tỉnh' })).toBeVisible();
});
