import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from './station';

const ZONES = ['trung-tam', 'thon-dong']
  .map((id) => `[[zone]]\nid = "${id}"\nname = "Cụm ${id}"\n[zone.output]\nkind = "null"\n`)
  .join('\n');

test('an emergency in one zone, the programme in the other, and a muted zone, as the page shows and steers them', async ({
  signedIn: page,
  station,
}) => {
  const [, first = '', second = ''] = await station.furnish(40);
  await station.stop();
  await writeFile(join(station.folder, 'settings.toml'), ZONES);
  await station.resume();
  await page.goto('/');
  await station.loa(['play', '2']);
  await expect(page.getByRole('progressbar', { name: first })).toBeVisible({ timeout: 20_000 });

  await page.getByRole('button', { name: 'Mở nắp nút khẩn cấp' }).click();
  await page.getByRole('button', { name: 'Phát khẩn cấp', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: 'Phát khẩn cấp' });
  await expect(dialog).toContainText(`“${first}” sẽ bị ngắt ngay.`);
  await dialog.getByRole('radio', { name: second }).check();
  await dialog.getByLabel('Cụm trung-tam').uncheck();
  await dialog.getByLabel('Số lần phát').fill('0');
  await dialog.getByLabel('Gõ KHẨN CẤP để xác nhận').fill('khẩn cấp');
  const go = dialog.getByRole('button', { name: 'Ngắt và phát khẩn cấp' });
  await expect(go).toBeDisabled();
  await dialog.getByLabel('Số lần phát').fill('3');
  await dialog.getByLabel('Cách nhau mấy phút').fill('5');
  await go.click();

  await expect(page.getByRole('progressbar', { name: second })).toBeVisible({ timeout: 20_000 });
  await expect(page.getByRole('progressbar', { name: first })).toBeVisible();
  await expect(page.getByText('Đã phát 1/3 lần.')).toBeVisible();
  await page.getByRole('button', { name: 'Kết thúc phát khẩn cấp' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Kết thúc phát khẩn cấp' }).click();
  await expect(page.getByRole('progressbar', { name: second })).toHaveCount(0);
  await expect(page.getByRole('progressbar', { name: first })).toBeVisible();

  await page.getByRole('button', { name: 'Tắt tiếng Cụm thon-dong' }).click();
  await expect(page.getByRole('button', { name: 'Mở tiếng Cụm thon-dong' })).toBeVisible();
  await expect(page.getByText('“Cụm thon-dong” đang bị tắt tiếng')).toBeVisible();
  await page.getByRole('button', { name: 'Mở tiếng Cụm thon-dong' }).click();
  await expect(page.getByRole('button', { name: 'Tắt tiếng Cụm thon-dong' })).toBeVisible();
});
