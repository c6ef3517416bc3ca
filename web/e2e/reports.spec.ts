import { accessible, expect, test } from './station';

test('a preset is chosen, and the address names it', async ({ signedIn: page }) => {
  await page.goto('/reports');
  await expect(page.getByRole('heading', { level: 2, name: 'Đã phát' })).toBeVisible();
  await page.getByLabel('Kỳ', { exact: true }).selectOption({ index: 1 });
  await page.getByRole('button', { name: 'Xem' }).click();
  await expect(page).toHaveURL(/period=\d{4}-H[12]&calendar=nd09/);
});

test('two days of one’s own make a report', async ({ signedIn: page }) => {
  await page.goto('/reports');
  await page.getByLabel('Kỳ', { exact: true }).selectOption('custom');
  await page.getByLabel('Từ ngày').fill('2026-01-05');
  await page.getByLabel('Đến ngày').fill('2026-02-06');
  await page.getByRole('button', { name: 'Xem' }).click();
  await expect(page.getByText('Từ 05/01/2026 đến 06/02/2026')).toBeVisible();
  await expect(page.getByText(/Trong thời gian từ ngày 05\/01\/2026/)).toBeVisible();
});

test('the rows of a figure have an address of their own', async ({ signedIn: page }) => {
  await page.goto('/reports?period=2026&figure=airings');
  await expect(page.getByRole('heading', { level: 2, name: 'Các dòng của: Số lượt phát' })).toBeVisible();
  await accessible(page);
});

test('the spreadsheet comes down under its name', async ({ signedIn: page }) => {
  await page.goto('/reports?period=2026-Q4');
  const coming = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Bảng tính (CSV)' }).click();
  expect((await coming).suggestedFilename()).toBe('bao-cao-2026-Q4.csv');
});
