import { accessible, expect, firstRun, PERSON, test } from './station';

test('the first account is made once, and its person signs out and in', async ({ page, station }) => {
  await firstRun(page, station);
  await page.getByRole('button', { name: /Tài khoản:/ }).click();
  await page.getByRole('menuitem', { name: 'Đăng xuất' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Đăng nhập' })).toBeVisible();
  await page.goto('/account');
  await expect(page.getByRole('heading', { level: 1, name: 'Đăng nhập' })).toBeVisible();
  await page.getByLabel('Tên đăng nhập').fill(PERSON.name);
  await page.getByLabel('Mật khẩu', { exact: true }).fill('sai mật khẩu rồi');
  await page.getByRole('button', { name: 'Đăng nhập' }).click();
  await expect(page.getByRole('alert')).toContainText('không đúng');
  await page.getByLabel('Mật khẩu', { exact: true }).fill(PERSON.password);
  await page.getByRole('button', { name: 'Đăng nhập' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Tài khoản của tôi' })).toBeVisible();
});

test('a session that ended asks to sign in over the page, and does what was asked', async ({
  signedIn: page,
  context,
}) => {
  await page.goto('/account');
  await page.getByLabel('Mật khẩu hiện tại').fill(PERSON.password);
  await page.getByLabel('Mật khẩu mới').fill('một câu khác dễ nhớ');
  await page.getByLabel('Nhập lại mật khẩu').fill('một câu khác dễ nhớ');
  await context.clearCookies();
  await page.getByRole('button', { name: 'Đổi mật khẩu' }).click();
  const dialog = page.getByRole('dialog', { name: 'Phiên làm việc đã hết' });
  await accessible(page);
  await dialog.getByLabel('Mật khẩu', { exact: true }).fill(PERSON.password);
  await dialog.getByRole('button', { name: 'Đăng nhập', exact: true }).click();
  await expect(page.getByText('Đã đổi mật khẩu')).toBeVisible();
});

test('what was typed on the first page is still there after it is loaded again', async ({ page }) => {
  await page.goto('/first-run');
  await page.getByLabel('Họ và tên').fill(PERSON.display_name);
  await page.reload();
  await expect(page.getByLabel('Họ và tên')).toHaveValue(PERSON.display_name);
});

test('the page says that the station is gone, and since when, and comes back by itself', async ({
  signedIn: page,
  station,
}) => {
  // Since when is known once the station was heard.
  await expect(page.getByRole('banner').getByRole('status')).not.toHaveText('Chưa rõ');
  await station.stop();
  await expect(page.getByText('Mất liên lạc với đài.')).toBeVisible();
  await expect(page.getByText(/tình trạng từ \d+ giây trước/)).toBeVisible();
  await accessible(page);
  await station.resume();
  await expect(page.getByText('Mất liên lạc với đài.')).toBeHidden({ timeout: 40_000 });
});

test('a browser whose clock is wrong shows the time of the station', async ({ signedIn: page }) => {
  await page.clock.setFixedTime('2001-01-01T00:00:00Z');
  await page.reload();
  const shown = await page.locator('main time').first().getAttribute('datetime');
  expect(Math.abs(Date.parse(shown ?? '') - Date.now())).toBeLessThan(5_000);
  await expect(page.getByText('GMT+7').first()).toBeVisible();
});

test('English is one choice away and loses nothing that was typed', async ({ signedIn: page }) => {
  await page.goto('/account');
  await page.getByLabel('Mật khẩu hiện tại').fill('đang gõ dở');
  await page.getByRole('button', { name: 'Ngôn ngữ và giao diện' }).click();
  await page.getByRole('menuitemcheckbox', { name: 'English' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'My account' })).toBeVisible();
  await expect(page.getByLabel('Current password')).toHaveValue('đang gõ dở');
  expect(await page.evaluate(() => document.documentElement.lang)).toBe('en');
});
