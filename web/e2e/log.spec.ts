import { accessible, ask, expect, slot, test } from './station';

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

test('one slot is looked at alone, also when it is no more', async ({ signedIn: page }) => {
  await ask(page, 'POST', '/slots', slot('sang', 'Bản tin sáng', '05:00:00'));
  await page.goto('/log');
  await page.getByText('Bộ lọc', { exact: true }).click();
  await page.getByLabel('Khung giờ').selectOption('Bản tin sáng');
  const asked = page.waitForRequest(/\/api\/v1\/log\?.*slot=sang/);
  await page.getByRole('button', { name: 'Lọc', exact: true }).click();
  await asked;
  await expect(page).toHaveURL(/slot=sang/);
  await page.goto('/log?slot=da-bo');
  await expect(page.getByLabel('Khung giờ')).toHaveValue('da-bo');
  await expect(page.getByText('Bộ lọc (1)')).toBeVisible();
});

test('a row shows all it rests on, is listened to and corrected, by the keyboard alone', async ({
  signedIn: page,
  station,
}) => {
  const [, title = ''] = await station.furnish(3);
  await station.loa(['play', '2']);
  await expect
    .poll(async () => JSON.parse(await station.loa(['log', '--json'])).map((row: { outcome: string }) => row.outcome), {
      timeout: 30_000,
    })
    .toEqual(['aired']);
  await page.goto('/log');
  const link = page.getByRole('row', { name: new RegExp(title) }).getByRole('link');
  // Cards on a phone are still a table to who listens, as the browser tells it.
  await page.setViewportSize({ width: 360, height: 640 });
  await expect(link).toBeVisible();
  const client = await page.context().newCDPSession(page);
  const { nodes } = await client.send('Accessibility.getFullAXTree');
  const told = nodes.filter(({ ignored }) => !ignored).map(({ role }) => String(role?.value));
  for (const role of ['table', 'columnheader', 'rowheader', 'cell']) expect(told, role).toContain(role);
  expect(told.filter((role) => role === 'row')).toHaveLength(2);
  await link.press('Enter');
  const sheet = page.getByRole('dialog', { name: title });
  await expect(sheet).toContainText('(100,0%)');
  await expect(sheet).toContainText('48.000 Hz');
  await expect(sheet).toContainText(/−\d+,\d LUFS/);
  // A zone is called by its name, not by the code of the configuration.
  await expect(sheet).toContainText('Cụm loa thị trấn');
  const sound = sheet.getByLabel('Nghe lại phần đầu');
  const recording = await page.request.get((await sound.getAttribute('src')) ?? '');
  expect(recording.headers()['content-type']).toContain('audio/');
  expect((await recording.body()).length).toBeGreaterThan(48_000);
  await expect.poll(() => sheet.evaluate((box) => box.contains(document.activeElement))).toBe(true);
  await sheet.getByText('Đính chính', { exact: true }).press('Enter');
  await sheet.getByLabel('Tên tin, bài').press('ControlOrMeta+a');
  await page.keyboard.type('Bộ phận một cửa xã');
  await sheet.getByLabel('Lý do đính chính').focus();
  await page.keyboard.type('Ghi thiếu tên.');
  await page.keyboard.press('Enter');
  const after = page.getByRole('dialog', { name: 'Bộ phận một cửa xã' });
  await expect(after.locator('.said')).toContainText('Ghi thiếu tên.');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await expect(page).toHaveURL(/\/log$/);
  await expect(page.getByRole('row', { name: /Bộ phận một cửa xã/ }).getByRole('link')).toBeFocused();
});

test('a week lays the plan beside what was heard', async ({ signedIn: page }) => {
  await page.goto('/log');
  await page.getByRole('link', { name: 'Theo ngày' }).click();
  await expect(page.getByRole('heading', { level: 2 })).toHaveCount(7);
  await page.getByRole('button', { name: 'Tuần trước' }).click();
  await expect(page).toHaveURL(/view=days/);
  await accessible(page);
});

test('what is being typed into the filters stays when the log grows meanwhile', async ({ signedIn: page, station }) => {
  const [, title = ''] = await station.furnish(3);
  await page.goto('/log');
  await page.getByText('Bộ lọc', { exact: true }).click();
  await page.getByLabel('Tên tin, bài có chữ').fill('buổi');
  await station.loa(['play', '2']);
  await expect(page.getByRole('row', { name: new RegExp(title) })).toBeVisible();
  await expect(page.getByLabel('Tên tin, bài có chữ')).toHaveValue('buổi');
});
