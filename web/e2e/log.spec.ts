import { accessible, expect, test } from './station';

test('an empty log says so, and is verified', async ({ signedIn: page }) => {
  await page.goto('/log');
  await expect(page.getByText('Không có dòng nào')).toBeVisible();
  await page.getByRole('button', { name: 'Kiểm tra nhật ký' }).click();
  await expect(page.getByText(/Nhật ký nguyên vẹn: \d+ bản ghi/)).toBeVisible();
  await accessible(page);
});

test('filters stand in the address and come back with it', async ({ signedIn: page }) => {
  await page.goto('/log');
  await page.getByText('Bộ lọc', { exact: true }).click();
  await page.getByLabel('Kết quả').selectOption('missed');
  await page.getByLabel('Tên tin, bài có chữ').fill('buổi sáng');
  await page.getByRole('button', { name: 'Lọc', exact: true }).click();
  await expect(page).toHaveURL(/outcome=missed/);
  await page.reload();
  await expect(page.getByLabel('Kết quả')).toHaveValue('missed');
  await expect(page.getByText('Bộ lọc (2)')).toBeVisible();
  await page.getByRole('button', { name: 'Bỏ lọc' }).click();
  await expect(page).toHaveURL(/\/log$/);
});

test('a week lays the plan beside what was heard', async ({ signedIn: page }) => {
  await page.goto('/log');
  await page.getByRole('link', { name: 'Theo ngày' }).click();
  await expect(page.getByRole('heading', { level: 2 })).toHaveCount(7);
  await page.getByRole('button', { name: 'Tuần trước' }).click();
  await expect(page).toHaveURL(/view=days/);
  await accessible(page);
});
