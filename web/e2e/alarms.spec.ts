import { expect, PERSON, test } from './station';

test('an alarm is seen with a button, says by whom, and leaves the page when it is over', async ({
  signedIn: page,
  station,
}, info) => {
  await station.furnish(20);
  await page.goto('/');
  const alarms = page.getByRole('region', { name: 'Cảnh báo' });
  await expect(alarms).toContainText('Không có cảnh báo nào.');

  await station.loa(['zone', 'mute', 'thi-tran', '--by', 'Ông An']);
  const text = '“Cụm loa thị trấn” đang bị tắt tiếng bởi Ông An';
  await expect(alarms.getByText(text)).toBeVisible({ timeout: 20_000 });
  await page.screenshot({ path: info.outputPath('raised.png') });
  await alarms.getByRole('button', { name: `Đã xem: ${text}` }).click();
  await expect(alarms).toContainText(`${PERSON.display_name} đã xem lúc`);
  await expect(alarms.getByRole('button', { name: 'Đã xem' })).toHaveCount(0);
  await expect(alarms.getByText(text)).toBeVisible();
  await page.screenshot({ path: info.outputPath('seen.png') });

  await station.loa(['zone', 'unmute', 'thi-tran']);
  await expect(alarms).toContainText('Không có cảnh báo nào.', { timeout: 20_000 });

  // What was over before anybody saw it stays until somebody has.
  await station.loa(['zone', 'mute', 'thi-tran', '--by', 'Bà Chi']);
  await expect(alarms.getByText('bởi Bà Chi')).toBeVisible({ timeout: 20_000 });
  await station.loa(['zone', 'unmute', 'thi-tran']);
  await expect(alarms.getByText('Đã hết lúc')).toBeVisible({ timeout: 20_000 });
  await page.screenshot({ path: info.outputPath('over.png') });

  await alarms.getByRole('link', { name: 'Lịch sử cảnh báo' }).click();
  const history = page.getByRole('table', { name: 'Lịch sử cảnh báo' });
  await expect(history.getByRole('row')).toHaveCount(3);
  await expect(history.getByRole('row').nth(1)).toContainText('Chưa ai xem');
  await expect(history.getByRole('row').nth(2)).toContainText(PERSON.display_name);
  await page.screenshot({ path: info.outputPath('history.png') });
});
