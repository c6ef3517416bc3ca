import { readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import { accessible, ask, expect, PERSON, signIn, slot, test } from './station';

interface Section {
  heading: string;
  stands: string[];
}

/** The first bytes of a file that comes down when the button is pressed, and its name. */
async function download(page: Page, button: string): Promise<{ name: string; head: string }> {
  const coming = page.waitForEvent('download', { timeout: 30_000 });
  await page.getByRole('button', { name: button }).click();
  const file = await coming;
  const bytes = await readFile(await file.path());
  return { name: file.suggestedFilename(), head: bytes.subarray(0, 5).toString('latin1') };
}

test('an article is entered, corrected and struck out, and the ledger keeps why', async ({ signedIn: page }) => {
  await page.goto('/reports/activities');
  await expect(page.getByText('Chưa có mục nào')).toBeVisible();
  await page.getByRole('link', { name: 'Thêm mục' }).click();
  await page.getByRole('button', { name: 'Ghi vào sổ' }).click();
  await expect(page.getByText('Hãy chọn loại.')).toBeVisible();
  await page.getByLabel('Loại').selectOption({ label: 'Tin bài trên Cổng thông tin điện tử' });
  await page.getByLabel('Tiêu đề').fill('Bộ phận một cửa phục vụ cả sáng thứ Bảy');
  await page.getByLabel('Liên kết làm minh chứng').fill('laicach.haiduong.gov.vn/mot-cua');
  await page.getByRole('button', { name: 'Ghi vào sổ' }).click();
  await expect(page.getByText(/Liên kết phải bắt đầu bằng https/)).toBeVisible();
  await page.getByLabel('Liên kết làm minh chứng').fill('https://laicach.haiduong.gov.vn/mot-cua');

  // What is typed outlives the page.
  await page.reload();
  await expect(page.getByLabel('Tiêu đề')).toHaveValue('Bộ phận một cửa phục vụ cả sáng thứ Bảy');
  await page.getByLabel('Số văn bản làm minh chứng').fill('05/KH-UBND');
  const scan = Buffer.from('%PDF-1.4 biên bản');
  await page
    .getByLabel('Tệp làm minh chứng')
    .setInputFiles({ name: 'biên bản.pdf', mimeType: 'application/pdf', buffer: scan });
  await page.getByRole('button', { name: 'Ghi vào sổ' }).click();
  const row = page.getByRole('row').filter({ hasText: 'Bộ phận một cửa phục vụ cả sáng thứ Bảy' });
  await expect(row).toContainText('Nhập tay');
  await expect(row).toContainText('Có minh chứng');

  await row.getByRole('link').click();
  await expect(page.getByText('05/KH-UBND')).toBeVisible();
  const coming = page.waitForEvent('download');
  await page.getByRole('link', { name: 'biên bản.pdf' }).click();
  expect(await readFile(await (await coming).path())).toEqual(scan);
  await page.getByRole('heading', { level: 2, name: 'Đính chính' }).click();
  await page.getByLabel('Tiêu đề').fill('Bộ phận một cửa làm việc sáng thứ Bảy');
  await page.getByRole('button', { name: 'Ghi đính chính' }).click();
  await expect(page.getByText('Hãy ghi lý do.')).toBeVisible();
  await page.getByLabel('Lý do').fill('Tít trên Cổng đã sửa');
  await page.getByRole('button', { name: 'Ghi đính chính' }).click();
  await expect(page.getByRole('heading', { level: 2, name: 'Bộ phận một cửa làm việc sáng thứ Bảy' })).toBeVisible();
  await expect(page.getByText('Lý do sửa: Tít trên Cổng đã sửa')).toBeVisible();
  await accessible(page);

  await page.getByRole('button', { name: 'Gạch mục này' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByRole('button', { name: 'Gạch mục này' })).toBeDisabled();
  await dialog.getByLabel('Lý do').fill('Ghi trùng với Sở');
  await dialog.getByRole('button', { name: 'Gạch mục này' }).click();
  await expect(page.getByText(`${PERSON.display_name} đã gạch mục này. Lý do: Ghi trùng với Sở`)).toBeVisible();
  await page.getByRole('link', { name: 'Sổ hoạt động' }).first().click();
  await expect(page.getByText('Chưa có mục nào')).toBeVisible();
});

test('a table with faults is told line by line and enters nothing; corrected it enters once', async ({
  signedIn: page,
}) => {
  await page.goto('/reports/activities/import');
  const give = async (rows: string[]) => {
    const text = ['Loại;Ngày;Tiêu đề;Số lượng', ...rows].join('\n');
    const file = { name: 'so-hoat-dong.csv', mimeType: 'text/csv', buffer: Buffer.from(text) };
    await page.getByLabel('Tệp CSV').setInputFiles(file);
    await page.getByRole('button', { name: 'Nhập vào sổ' }).click();
  };
  await give(['Hội nghị;14/6/2026;Hội nghị tổ dân phố;1', 'Văn nghệ;31/2/2026;Đêm văn nghệ;1']);
  const told = page.getByRole('alert').getByRole('listitem');
  await expect(told).toHaveCount(2);
  await expect(told.nth(0)).toHaveText(/^Dòng 3, cột Loại: “Văn nghệ”\. Cần: Tin bài, hội nghị/);
  await expect(told.nth(1)).toHaveText(/^Dòng 3, cột Ngày: “31\/2\/2026”/);
  await accessible(page);
  const right = ['Hội nghị;14/6/2026;Hội nghị tổ dân phố;1', 'Xe lưu động;15/6/2026;Xe lưu động quanh thị trấn;3'];
  await give(right);
  await expect(page.getByText('Đã ghi 2 mục mới; 0 mục có sẵn được bỏ qua.')).toBeVisible();
  await give(right);
  await expect(page.getByText('Đã ghi 0 mục mới; 2 mục có sẵn được bỏ qua.')).toBeVisible();
});

test('a draft is made, a section written and kept while the session ends, and it comes down as Word and PDF', async ({
  signedIn: page,
}) => {
  await page.goto('/reports/drafts');
  await page
    .getByRole('button', { name: /^Lập dự thảo 6 tháng/ })
    .first()
    .click();
  await expect(page.getByRole('heading', { level: 1, name: /^Dự thảo: 6 tháng/ })).toBeVisible();
  const text = page.getByLabel(/^Nội dung: 2\. Khó khăn/);
  await text.fill('- Loa thôn Trụ hỏng hai tuần.\n- Thiếu cán bộ chuyên trách.');

  // The session ends before it is saved: the person signs in over the page, and nothing is lost.
  await page.context().clearCookies();
  await page.getByRole('button', { name: /^Lưu mục này: 2\. Khó khăn/ }).click();
  const again = page.getByRole('dialog');
  await again.getByLabel('Mật khẩu', { exact: true }).fill(PERSON.password);
  await again.getByRole('button', { name: 'Đăng nhập', exact: true }).click();
  await expect(page.getByText('Đã lưu, thành một bản mới')).toBeVisible();
  await expect(page.getByText('Bản 2', { exact: true }).first()).toBeVisible();
  await expect(page.getByText(/đã sửa mục “2\. Khó khăn”/)).toBeVisible();
  await page.reload();
  await expect(text).toHaveValue('- Loa thôn Trụ hỏng hai tuần.\n\n- Thiếu cán bộ chuyên trách.');
  await accessible(page);

  const word = await download(page, 'Word (DOCX)');
  expect(word.name).toMatch(/^bao-cao-\d{4}-H[12]\.docx$/);
  expect(word.head.slice(0, 4)).toBe('PK\u0003\u0004');

  // What the editor says will be printed is what is printed, in its order.
  const query = `period=${word.name.slice(8, 15)}&calendar=nd09`;
  const flat = (text: string) => text.replaceAll(/\s+/g, ' ');
  const paper = flat(await (await page.request.get(`/api/v1/report/download?${query}&format=txt`)).text());
  const { items } = (await ask(page, 'GET', `/drafts/sections?${query}`)) as { items: Section[] };
  const said = items.flatMap(({ heading, stands }) => [heading, ...stands]).map(flat);
  expect(said).toContain('- Loa thôn Trụ hỏng hai tuần.');
  let at = 0;
  for (const text of said) {
    const found = paper.indexOf(text, at);
    expect(found, text).toBeGreaterThanOrEqual(at);
    at = found + text.length;
  }
  const pdf = await download(page, 'Bản in (PDF)');
  expect(pdf.name).toMatch(/\.pdf$/);
  expect(pdf.head).toBe('%PDF-');
});

test('the reconciliation ties out, and is where what was planned leads', async ({ signedIn: page }) => {
  await ask(page, 'POST', '/slots', slot('sang', 'Bản tin sáng', '05:00:00'));
  await ask(page, 'POST', '/slots', slot('chieu', 'Bản tin chiều', '17:00:00'));
  await page.goto('/reports');
  await page.getByRole('link', { name: /Buổi theo kế hoạch/ }).click();
  await expect(page.getByRole('heading', { level: 2, name: /^Đối chiếu kế hoạch và thực hiện/ })).toBeVisible();
  await expect(page.getByText('Các số khớp nhau')).toBeVisible();
  const row = (name: string) => page.getByRole('row', { name: new RegExp(`^${name}`) }).getByRole('cell');
  const numbers = async (name: string) => (await row(name).allTextContents()).map(Number);
  const [morning, evening, whole] = [
    await numbers('Bản tin sáng'),
    await numbers('Bản tin chiều'),
    await numbers('Cả kỳ'),
  ];
  expect(whole[0]).toBeGreaterThan(0);
  expect(whole).toEqual(morning.map((count, index) => count + (evening[index] ?? 0)));
  expect(whole.slice(1).reduce((sum, count) => sum + count, 0)).toBe(whole[0]);
});

test('a plan that is behind says so, with its documents', async ({ signedIn: page }) => {
  const document = { kind: 'Kế hoạch', number: '05/KH-UBND', date: '2026-01-05', issuer: 'UBND xã', subject: '' };
  const plan = { name: 'cải cách hành chính', basis: '', from: '2026-01-01', to: '2026-12-31', items_per_month: 4 };
  const campaign = [{ code: 'CCHC-2026', ...plan, basis_document: [document] }];
  await ask(page, 'PATCH', '/settings', { changes: { campaign } });
  await page.goto('/reports/campaigns');
  await expect(page.getByText('Chậm tiến độ')).toBeVisible();
  await expect(page.getByText(/^Nhắc: còn thiếu \d+ tin bài so với tiến độ/)).toBeVisible();
  await expect(page.getByText(/05\/KH-UBND/)).toBeVisible();
});

test('who may only look sees all of it and can change none of it', async ({ signedIn: page, station, browser }) => {
  await ask(page, 'POST', '/activities', { kind: 'conference', day: '2026-06-01', title: 'Giao ban tháng 6' });
  await ask(page, 'POST', '/drafts?period=2026-H1&calendar=nd09');
  await station.person('xem', 'Người Xem', 'viewer');
  const other = await browser.newContext({ baseURL: station.url, locale: 'vi-VN' });
  const viewer = await other.newPage();
  await signIn(viewer, 'xem');
  await viewer.goto('/reports/activities');
  await viewer.getByRole('link', { name: 'Giao ban tháng 6' }).click();
  await expect(viewer.getByRole('heading', { level: 2, name: 'Giao ban tháng 6' })).toBeVisible();
  await expect(viewer.getByRole('button', { name: 'Gạch mục này' })).toHaveCount(0);
  await viewer.goto('/reports/activities/new');
  await expect(viewer.getByText('Bạn chỉ được xem')).toBeVisible();
  await viewer.goto('/reports/drafts');
  await expect(viewer.getByRole('button', { name: 'Lập dự thảo' })).toHaveCount(0);
  await viewer.getByRole('link', { name: '6 tháng đầu năm 2026' }).click();
  await expect(viewer.getByRole('heading', { name: '2. Khó khăn' })).toBeVisible();
  await expect(viewer.getByRole('textbox')).toHaveCount(0);
  await other.close();
});
