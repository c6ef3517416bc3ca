import type { Page } from '@playwright/test';
import { tone } from './sound';
import { accessible, expect, PERSON, test, type Station } from './station';

/** Makes the first person a leader as well, and lets the page know. */
async function alsoLeader(page: Page, station: Station) {
  await station.loa(['user', 'roles', PERSON.name, 'admin,approver']);
  await page.reload();
}

// A browser with a microphone that hums.
test.use({
  permissions: ['microphone'],
  launchOptions: {
    executablePath: process.env['LOA_CHROMIUM'] ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream'],
  },
});

const wav = (name: string, hertz: number, seconds = 3) => ({
  name,
  mimeType: 'audio/wav',
  buffer: tone(hertz, seconds),
});

async function bring(page: Page, ...files: { name: string; mimeType: string; buffer: Buffer }[]) {
  await page.goto('/library');
  await page.locator('input[type=file]').setInputFiles(files);
}

const coming = (page: Page) => page.getByRole('region', { name: 'Bản ghi đang tải lên' });

test('recordings are dropped, measured in words, found without marks, and go to the leader', async ({
  signedIn: page,
  station,
}) => {
  await alsoLeader(page, station);
  const html = { name: 'trang.mp3', mimeType: 'audio/mpeg', buffer: Buffer.from('<!DOCTYPE html><html>404</html>') };
  await bring(page, wav('Đường làng ngõ xóm.wav', 440), wav('Vệ sinh môi trường.wav', 500), html);
  await expect(coming(page).getByText('Đã vào thư viện, còn là bản nháp')).toHaveCount(2);
  await expect(coming(page)).toContainText('trang web (HTML)');
  await expect(coming(page)).toContainText('dài 3 giây: ngắn hơn mức 10 phút theo kế hoạch');
  await accessible(page);

  await page.getByLabel('Tìm theo tên').fill('duong lang');
  await expect(page.getByText('1 tin, bài')).toBeVisible();
  await page.getByRole('table').getByRole('link', { name: 'Đường làng ngõ xóm' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Đường làng ngõ xóm' })).toBeVisible();
  await page.getByLabel('Tên tin, bài').fill('<b>Đường làng</b> sạch đẹp');
  await page.getByRole('button', { name: 'Lưu' }).click();
  await expect(page.getByRole('heading', { level: 1, name: '<b>Đường làng</b> sạch đẹp' })).toBeVisible();
  await page.getByRole('button', { name: 'Gửi duyệt' }).click();
  await page.getByRole('button', { name: 'Trả lại' }).click();
  const dialog = page.getByRole('dialog', { name: 'Trả lại để sửa' });
  await dialog.getByLabel('Cần sửa gì').fill('Đọc lại tên thôn.');
  await dialog.getByRole('button', { name: 'Trả lại' }).click();
  await expect(page.getByText('Đọc lại tên thôn.')).toBeVisible();
  await page.getByRole('button', { name: 'Gửi duyệt' }).click();
  await expect(page.getByRole('region', { name: 'Duyệt' })).toContainText('Chờ duyệt');
  await page.getByRole('button', { name: 'Duyệt phát' }).click();
  await expect(page.getByRole('region', { name: 'Duyệt' })).toContainText('Đã duyệt');
});

test('a decision made while another is under way waits for it, and is done', async ({ signedIn: page }) => {
  await bring(page, wav('Làm liền tay.wav', 620));
  await coming(page).getByRole('link', { name: 'Làm liền tay.wav' }).click();
  let go = () => {};
  const slow = new Promise<void>((resolve) => (go = resolve));
  await page.route('**/api/v1/clips/*', async (route) => {
    if (route.request().method() === 'PUT') await slow;
    return route.fallback();
  });
  await page.getByLabel('Tên tin, bài').fill('Làm liền tay, không chờ');
  const saved = page.waitForRequest((request) => request.method() === 'PUT');
  await page.getByRole('button', { name: 'Lưu' }).click();
  await saved;
  await page.getByRole('button', { name: 'Gửi duyệt' }).click();
  go();
  await expect(page.getByRole('region', { name: 'Duyệt' })).toContainText('Chờ duyệt');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Làm liền tay, không chờ');
  await expect(page.getByText('Đã lưu.')).toBeVisible();
  await expect(page.getByText('Người khác')).toHaveCount(0);
  // What was decided meanwhile is no change by somebody else to what is typed.
  await page.getByLabel('Người biên tập').fill('Trần Dũng');
  await page.getByRole('button', { name: 'Lưu' }).click();
  await expect(page.getByRole('button', { name: 'Lưu' })).toBeDisabled();
  await expect(page.getByText('Người khác')).toHaveCount(0);
});

test('a dropped connection goes on where it stopped', async ({ signedIn: page }) => {
  let pieces = 0;
  await page.route('**/api/v1/uploads/*', async (route) => {
    if (route.request().method() !== 'PATCH') return route.fallback();
    pieces += 1;
    // The first try never arrives, and the line stays down for a while.
    return pieces <= 2 ? route.abort('connectionreset') : route.fallback();
  });
  await bring(page, wav('Mất mạng.wav', 700, 20));
  await expect(coming(page).getByText('Đã vào thư viện, còn là bản nháp')).toBeVisible({ timeout: 30_000 });
  expect(pieces).toBeGreaterThan(2);
});

test('the second of two editors sees the difference and keeps what was typed', async ({
  signedIn: page,
  context,
  browser,
}) => {
  await bring(page, wav('Hai người sửa.wav', 610));
  await coming(page).getByRole('link', { name: 'Hai người sửa.wav' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Hai người sửa');
  const elsewhere = await browser.newContext({ storageState: await context.storageState() });
  const other = await elsewhere.newPage();
  await other.goto(page.url());
  await page.getByLabel('Người biên tập').fill('Trần Dũng');
  await other.getByLabel('Tên tin, bài').fill('Tên do người khác đặt');
  await other.getByRole('button', { name: 'Lưu' }).click();
  await expect(other.getByRole('heading', { level: 1 })).toHaveText('Tên do người khác đặt');
  await page.getByRole('button', { name: 'Lưu' }).click();
  await expect(page.getByText('Người khác đã sửa trước bạn. Khác nhau ở:')).toBeVisible();
  await expect(page.getByText('Tên do người khác đặt').first()).toBeVisible();
  await page.getByRole('button', { name: 'Giữ của tôi để lưu lại' }).click();
  await expect(page.getByLabel('Người biên tập')).toHaveValue('Trần Dũng');
  await page.reload();
  await expect(page.getByLabel('Người biên tập')).toHaveValue('Trần Dũng');
  await elsewhere.close();
});

test('a recording is listened to from where one points', async ({ signedIn: page }) => {
  await bring(page, wav('Nghe thử.wav', 330, 40));
  await coming(page).getByRole('link', { name: 'Nghe thử.wav' }).click();
  await page.getByRole('button', { name: 'Nghe 10 giây cuối' }).click();
  const place = page.getByRole('slider', { name: /Vị trí đang nghe/ });
  await expect.poll(async () => Number(await place.getAttribute('aria-valuenow'))).toBeGreaterThan(30);
  await page.getByRole('button', { name: 'Tạm dừng' }).click();
  await place.focus();
  await page.keyboard.press('Home');
  await expect(place).toHaveAttribute('aria-valuenow', '0');
  await page.keyboard.press('ArrowRight');
  await expect(place).toHaveAttribute('aria-valuenow', '5');
});

test('what is spoken into it becomes a draft', async ({ signedIn: page }) => {
  await page.goto('/library');
  await page.getByRole('button', { name: 'Ghi âm' }).click();
  const dialog = page.getByRole('dialog', { name: 'Ghi âm từ micro' });
  await dialog.getByRole('button', { name: 'Bắt đầu ghi' }).click();
  await expect(dialog.getByRole('timer')).toContainText('0:02', { timeout: 20_000 });
  await accessible(page);
  await dialog.getByRole('button', { name: 'Dừng ghi' }).click();
  await dialog.getByLabel('Tên tin, bài').fill('Thông báo cắt điện');
  await dialog.getByRole('button', { name: 'Đưa vào thư viện' }).click();
  await expect(coming(page).getByText('Đã vào thư viện, còn là bản nháp')).toBeVisible();
  await expect(page.getByRole('table').getByRole('link', { name: 'Thông báo cắt điện' })).toBeVisible();
});

test('a text is read aloud: shown in words, heard, and made a draft', async ({ signedIn: page }) => {
  await page.goto('/library');
  await page.getByRole('button', { name: 'Đọc văn bản' }).click();
  const dialog = page.getByRole('dialog', { name: 'Đọc văn bản thành tin' });
  await dialog.getByLabel('Văn bản', { exact: true }).fill('UBND họp lúc 7h30 ngày 15/6 tại VNPT.');
  await expect(dialog).toContainText('ủy ban nhân dân họp lúc bảy giờ ba mươi phút ngày mười lăm tháng sáu');
  await expect(dialog).toContainText('Đọc từng chữ cái vì không có trong bảng viết tắt: VNPT.');
  await accessible(page);
  await dialog.getByRole('button', { name: 'Nghe thử' }).click();
  const sound = dialog.getByLabel('Phần đầu của văn bản');
  await expect.poll(() => sound.evaluate((audio: HTMLAudioElement) => audio.duration)).toBeGreaterThan(2);
  await dialog.getByRole('button', { name: 'Đưa vào thư viện' }).click();
  await expect(dialog).toContainText('Mục này cần được điền.');
  await dialog.getByLabel('Giọng đọc').fill('khong-co');
  await dialog.getByLabel('Tên tin, bài').fill('Thông báo họp');
  await dialog.getByRole('button', { name: 'Đưa vào thư viện' }).click();
  await expect(dialog.getByRole('alert')).toContainText('Chương trình đọc “espeak-ng” gặp lỗi');
  await dialog.getByLabel('Giọng đọc').fill('vi-vn-x-south');
  await dialog.getByRole('button', { name: 'Đưa vào thư viện' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Thông báo họp' })).toBeVisible();
  await expect(page.getByLabel('Lời đọc')).toHaveValue(/UBND họp lúc 7h30/);
  await expect(page.getByRole('region', { name: 'Duyệt' })).toContainText('Bản nháp');
});
