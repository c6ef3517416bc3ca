import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { tone } from './sound';
import { accessible, expect, test, type Station } from './station';

/** A relay in the town's log: what stands by for the other station is heard for some seconds. Milliseconds. */
async function relayed(station: Station) {
  await writeFile(join(station.folder, 'cho.wav'), tone(700, 6));
  await station.stop();
  await writeFile(
    join(station.folder, 'settings.toml'),
    `[[relay]]\nid = "vov"\nname = "Đài Tiếng nói Việt Nam"\nsources = ["file:cho.wav"]\n`,
  );
  await station.resume();
  // In the station's zone, on the second; a slot takes its rundown ahead of that.
  const at = new Date(Date.now() + 7 * 3_600_000 + 8_000);
  const [month, day] = [at.getUTCMonth() + 1, at.getUTCDate()];
  const cron = [at.getUTCSeconds(), at.getUTCMinutes(), at.getUTCHours(), day, month, '*', at.getUTCFullYear()].join(
    ' ',
  );
  const what = ['--element', 'relay:vov,1', '--length', '12s'];
  await station.loa(['slot', 'add', 'tiep-am', '--name', 'Tiếp âm', '--at', cron, ...what]);
  const outcomes = async () =>
    JSON.parse(await station.loa(['log', '--json'])).map((row: { outcome: string; kind: string }) => row.outcome);
  await expect.poll(outcomes, { timeout: 45_000 }).toHaveLength(1);
  await expect.poll(outcomes, { timeout: 30_000 }).not.toContain('on_air');
}

test('what was heard inside a relay is tagged from the player, counted, and taken back, by the keyboard alone', async ({
  signedIn: page,
  station,
}, info) => {
  test.slow();
  await relayed(station);
  await page.setViewportSize({ width: 360, height: 740 });
  await page.goto('/log');
  const sheet = page.getByRole('dialog', { name: 'Đài Tiếng nói Việt Nam' });
  // Not while the page is still being put together.
  await expect(async () => {
    await page
      .getByRole('row', { name: /Đài Tiếng nói Việt Nam/ })
      .getByRole('link')
      .press('Enter');
    await expect(sheet).toBeVisible({ timeout: 5_000 });
  }).toPass();
  await expect(sheet.getByText('Chưa ai ghi tin, bài nào.')).toBeVisible();

  const inside = sheet.getByRole('region', { name: 'Tin, bài nghe được trong buổi tiếp âm' });
  // Heard again, and stopped where the item begins.
  await sheet.locator('audio').evaluate(async (player: HTMLAudioElement) => {
    player.muted = true;
    await player.play();
    await new Promise<void>((on) => {
      player.ontimeupdate = () => player.currentTime >= 2 && on();
    });
    player.pause();
  });
  await inside.getByText('Ghi tin, bài đã nghe', { exact: true }).press('Enter');
  await inside.getByRole('button', { name: 'Ghi vào nhật ký' }).press('Enter');
  await expect(sheet.getByText('Ghi tên tin, bài.')).toBeVisible();
  await inside.getByRole('button', { name: 'Lấy giờ từ máy nghe' }).press('Enter');
  await expect(inside.getByLabel('Bắt đầu lúc')).toHaveValue(/^0:0[2-4]$/);
  await inside.getByLabel('Độ dài').focus();
  await page.keyboard.type('9:00');
  await expect(sheet.getByText(/Phải nằm trong buổi tiếp âm, dài 0:/)).toBeVisible();
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.type('0:03');
  await inside.getByLabel('Tên tin, bài').focus();
  await page.keyboard.type('Cải cách hành chính ở các tỉnh phía Bắc');
  await inside.getByLabel('Lĩnh vực').selectOption('CCHC');
  await inside.getByLabel('Tác giả hoặc đơn vị').focus();
  await page.keyboard.type('VOV1');
  await inside.screenshot({ path: info.outputPath('form.png') });
  await page.keyboard.press('Enter');
  const item = inside.getByRole('listitem').filter({ hasText: 'Cải cách hành chính ở các tỉnh phía Bắc' });
  await expect(item).toContainText('VOV1 · 3 giây · Nguyễn Thị Lan nghe và ghi');
  await expect(inside.getByLabel('Bắt đầu lúc')).toHaveValue('');
  await expect(inside.getByLabel('Bắt đầu lúc')).toBeFocused();
  await accessible(page);
  await inside.scrollIntoViewIfNeeded();
  await page.screenshot({ path: info.outputPath('mentions.png') });

  await item.getByRole('button', { name: /^Rút Cải cách/ }).press('Enter');
  await expect(item.getByLabel('Lý do rút')).toBeFocused();
  await page.keyboard.type('Nghe nhầm buổi hôm trước.');
  await page.keyboard.press('Enter');
  await expect(item).toContainText('Nguyễn Thị Lan đã rút: Nghe nhầm buổi hôm trước.');
  await expect(item.getByRole('button')).toHaveCount(0);
  await expect(inside.getByRole('heading')).toBeFocused();
  await expect(sheet.getByText(/\d+\. Rút tin, bài/)).toBeVisible();
  await page.setViewportSize({ width: 1280, height: 900 });
  await inside.scrollIntoViewIfNeeded();
  await page.screenshot({ path: info.outputPath('withdrawn.png') });
});
