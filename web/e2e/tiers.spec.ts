import { expect, test } from './station';

test('an item of priority goes first, a tie is settled on the page, and a text is read aloud as an emergency', async ({
  signedIn: page,
  station,
}) => {
  const [, first = '', second = ''] = await station.furnish(40);
  await station.loa(['clip', 'edit', '3', '--source', 'province']);
  await station.loa(['slot', 'add', 'sang', '--at', '0 5 * * *', '--element', 'ident:1', '--element', 'queue:2']);
  await station.loa(['queue', 'add', '2', '3']);
  await page.goto('/queue');

  for (const title of [first, second]) {
    await page.getByRole('button', { name: `Việc khác với “${title}”` }).click();
    await page.getByRole('menuitem', { name: 'Ưu tiên: phát đầu buổi tới' }).click();
    await expect(
      page.getByRole('listitem').filter({ hasText: title }).getByText('Ưu tiên', { exact: true }),
    ).toBeVisible();
  }
  const tie = page.getByRole('region', { name: 'Bài nào phát trước?' });
  await expect(tie).toContainText('bài của cấp trên phát trước');
  await page.goto('/');
  await expect(page.getByText(`“${second}” của cấp trên và “${first}” của đài cùng là tin ưu tiên.`)).toBeVisible();
  await page.goto('/queue');
  await tie.getByRole('button', { name: `“${first}” phát trước` }).click();
  await expect(tie).toHaveCount(0);
  await expect(page.getByText(/thứ tự do .* chọn/).first()).toBeVisible();

  await page.goto('/');
  await page.getByRole('button', { name: 'Mở nắp nút khẩn cấp' }).click();
  await page.getByRole('button', { name: 'Phát khẩn cấp', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: 'Phát khẩn cấp' });
  await dialog.getByLabel('Phát gì').selectOption('text');
  const go = dialog.getByRole('button', { name: 'Ngắt và phát khẩn cấp' });
  await dialog.getByLabel('Gõ KHẨN CẤP để xác nhận').fill('khẩn cấp');
  await expect(go).toBeDisabled();
  const text = 'Nước sông đang lên. Đề nghị bà con ở gần bờ sông chuyển đến nhà văn hóa thôn ngay.';
  await dialog.getByLabel('Văn bản khẩn cấp').fill(text);
  await go.click();
  await expect(page.getByRole('progressbar', { name: /Nước sông đang lên/ })).toBeVisible({ timeout: 20_000 });
});
