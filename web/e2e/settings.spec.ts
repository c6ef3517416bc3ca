import { expect, test } from './station';

test('the name of the station is judged while it is typed, saved, and applied without a restart', async ({
  signedIn: page,
}) => {
  await page.goto('/settings');
  const name = page.getByLabel('Tên đài', { exact: true });
  const before = await name.inputValue();
  await name.fill('');
  await expect(name).toHaveAttribute('aria-invalid', 'true');
  await expect(page.getByRole('button', { name: 'Lưu thay đổi' })).toBeDisabled();
  await name.fill('Đài truyền thanh phường Ngọc Hà');
  await expect(name).not.toHaveAttribute('aria-invalid', 'true');
  const lead = page.getByLabel(/^Mở thiết bị trước giờ phát/);
  await lead.fill('-5');
  await expect(lead).toHaveAttribute('aria-invalid', 'true');
  await expect(page.getByRole('button', { name: 'Lưu thay đổi' })).toBeDisabled();
  await lead.fill('20');
  await expect(lead).not.toHaveAttribute('aria-invalid', 'true');
  await page.getByRole('button', { name: 'Lưu thay đổi' }).click();
  await expect(page.getByRole('banner')).toContainText('Đài truyền thanh phường Ngọc Hà');
  await page.reload();
  await expect(name).toHaveValue('Đài truyền thanh phường Ngọc Hà');
  await expect(page.getByRole('banner')).not.toContainText(before);

  const language = page.getByLabel('Ngôn ngữ mặc định của tin bài');
  await language.fill('tiếng Việt');
  await expect(page.getByText('Không phải mã ngôn ngữ; tiếng Việt là “vi”.')).toBeVisible();

  await page.goto('/settings/audit');
  const rows = page.getByRole('main').getByRole('listitem');
  const saved = rows.filter({ hasText: 'Lưu cài đặt' });
  await expect(saved).toContainText('trang điều khiển, 127.0.0.1');
  await expect(rows.filter({ hasText: 'Tạo tài khoản đầu tiên' })).toContainText('tài khoản lan');
  await saved.locator('summary').click();
  await expect(saved).toContainText('Tên đài');
});

test('a new person signs in with the password that is shown once, and chooses another', async ({
  signedIn: page,
  station,
  browser,
}) => {
  await page.goto('/settings/users');
  await page.getByRole('button', { name: 'Thêm người dùng' }).click();
  const form = page.getByRole('dialog', { name: 'Thêm người dùng' });
  await form.getByLabel('Tên đăng nhập').fill('minh');
  await form.getByLabel('Họ và tên').fill('Phạm Văn Minh');
  await form.getByLabel('Chức vụ').fill('Công chức Văn hóa - Xã hội');
  await form.getByRole('button', { name: 'Lưu' }).click();
  const shown = page.getByRole('dialog', { name: 'Mật khẩu tạm của Phạm Văn Minh' });
  const password = (await shown.getByRole('status').textContent())?.trim() ?? '';
  expect(password.length).toBeGreaterThanOrEqual(12);
  await shown.getByRole('button', { name: 'Đóng' }).last().click();
  await expect(page.getByRole('listitem').filter({ hasText: 'Phạm Văn Minh' })).toContainText('Phải đổi mật khẩu');
  await expect(page.getByText(password)).toHaveCount(0);

  const context = await browser.newContext({ baseURL: station.url, locale: 'vi-VN' });
  const other = await context.newPage();
  await other.goto('/sign-in');
  await other.getByLabel('Tên đăng nhập').fill('minh');
  await other.getByLabel('Mật khẩu', { exact: true }).fill(password);
  await other.getByRole('button', { name: 'Đăng nhập' }).click();
  await expect(other.getByRole('heading', { level: 1, name: 'Tài khoản của tôi' })).toBeVisible();
  await expect(other.getByText('Mật khẩu này do người khác đặt.')).toBeVisible();
  await other.getByLabel('Mật khẩu hiện tại').fill(password);
  await other.getByLabel('Mật khẩu mới').fill('một câu dễ nhớ của Minh');
  await other.getByLabel('Nhập lại mật khẩu').fill('một câu dễ nhớ của Minh');
  await other.getByRole('button', { name: 'Đổi mật khẩu' }).click();
  await expect(other.getByText('Đã đổi mật khẩu')).toBeVisible();
  // Who looks after the programme has no business in the settings.
  await other.goto('/settings');
  await expect(other.getByRole('textbox')).toHaveCount(0);
  await context.close();
});
