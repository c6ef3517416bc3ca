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

test('a click counts although something changes while the next page is on its way', async ({
  signedIn: page,
  station,
}) => {
  await station.furnish(20);
  await page.goto('/');
  await expect(page.getByRole('region', { name: 'Cảnh báo' })).toContainText('Không có cảnh báo nào.');
  // Another listener of the same page hears of the change when its own does.
  await page.evaluate(() => {
    const heard = new Promise<void>((resolve) => {
      new EventSource('/api/v1/events').addEventListener('changed', ({ data }) => {
        if (String(data).includes('"alarms"')) resolve();
      });
    });
    Object.assign(window, { heard });
  });
  let release = () => {};
  const held = new Promise<void>((resolve) => (release = resolve));
  await page.route('**/api/v1/clips*', async (route) => {
    await held;
    await route.continue();
  });
  const asked = page.waitForRequest('**/api/v1/clips*');
  await page.getByRole('link', { name: 'Thư viện' }).click();
  await asked;
  await station.loa(['zone', 'mute', 'thi-tran', '--by', 'Ông An']);
  await page.evaluate(() => (window as unknown as { heard: Promise<void> }).heard);
  release();
  await expect(page.getByRole('heading', { name: 'Thư viện', level: 1 })).toBeVisible();
});
