import type { Locator, Page } from '@playwright/test';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { tone } from './sound';
import { accessible, ask, expect, PERSON, signIn, slot, test, type Station } from './station';

const DAY_MS = 86_400_000;

/** Puts approved recordings of a few seconds into the library. */
async function recordings(station: Station, titles: string[]) {
  for (const [index, title] of titles.entries()) {
    const file = join(station.folder, `bai-${index}.wav`);
    await writeFile(file, tone(300 + 60 * index, 4));
    const leader = ['--approve-by', 'Nguyễn Văn An', '--approve-title', 'Chủ tịch'];
    await station.loa(['clip', 'add', file, '--title', title, '--topic', 'CCHC', ...leader]);
  }
}

test('an occurrence that is dragged asks first, moves alone, and is put back', async ({ signedIn: page }) => {
  await page.setViewportSize({ width: 1280, height: 900 });
  await ask(page, 'POST', '/slots', slot('sang', 'Bản tin sáng', '09:00:00'));
  await ask(page, 'POST', '/slots', slot('trua', 'Bản tin trưa', '11:00:00'));
  const { now } = await ask(page, 'GET', '/slot-options');
  const day = new Date(Date.parse(`${now.slice(0, 10)}T00:00:00Z`) + 8 * 86_400_000).toISOString().slice(0, 10);
  await page.goto(`/schedule?day=${day}&view=week`);
  const morning = page.locator('.ec-event', { hasText: 'Bản tin sáng' }).first();
  await expect(morning).toBeVisible();
  await accessible(page);

  // Onto the other: the page says so while it is dragged, and nothing is saved.
  const noon = page.locator('.ec-event', { hasText: 'Bản tin trưa' }).first();
  const [from, onto] = [await restingPlace(morning), await restingPlace(noon)];
  await page.mouse.move(from.x + 20, from.y + 6);
  await page.mouse.down();
  await page.mouse.move(from.x + 20, from.y + 20, { steps: 3 });
  await page.mouse.move(from.x + 20, onto.y + 8, { steps: 8 });
  await expect(page.getByText(/Trùng “Bản tin trưa”/)).toBeVisible();
  await page.mouse.up();
  const dialog = page.getByRole('dialog', { name: 'Dời “Bản tin sáng”' });
  await expect(dialog.getByText(/Trùng “Bản tin trưa”/)).toBeVisible();
  await expect(dialog.getByRole('button', { name: 'Dời', exact: true })).toBeDisabled();

  // The same by keyboard: another time, for this one alone.
  await dialog.getByLabel('Giờ', { exact: true }).fill('10:00');
  await expect(dialog.getByRole('button', { name: 'Dời', exact: true })).toBeEnabled();
  await dialog.getByRole('button', { name: 'Dời', exact: true }).click();
  await expect(page.getByText(/Đã dời “Bản tin sáng”/)).toBeVisible();
  await expect(page.locator('.loa-left_out')).toHaveCount(1);
  await page.locator('.loa-left_out').click();
  await page.getByRole('button', { name: 'Trả lại lịch' }).click();
  await expect(page.locator('.loa-left_out')).toHaveCount(0);
});

/** The Monday after next, as the station counts days. */
async function mondayAhead(page: Page): Promise<string> {
  const { now } = await ask(page, 'GET', '/slot-options');
  const today = new Date(`${now.slice(0, 10)}T00:00:00Z`);
  const ahead = 14 - ((today.getUTCDay() + 6) % 7);
  return new Date(today.getTime() + ahead * DAY_MS).toISOString().slice(0, 10);
}

/** Where something is, once it has come to rest: the calendar draws itself anew when the station tells of a change. */
async function restingPlace(of: Locator) {
  let [before, now] = [await of.boundingBox(), await of.boundingBox()];
  await expect
    .poll(async () => {
      [before, now] = [now, await of.boundingBox()];
      return now !== null && before?.x === now.x && before.y === now.y && before.height === now.height;
    })
    .toBe(true);
  if (!now) throw new Error('not on the page');
  return now;
}

/** Drags with the mouse from a point, by so much, in steps that a hand would make. */
async function drag(page: Page, from: { x: number; y: number }, by: { x: number; y: number }) {
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  await page.mouse.move(from.x + by.x / 10, from.y + by.y / 10, { steps: 3 });
  await page.mouse.move(from.x + by.x, from.y + by.y, { steps: 8 });
}

test('the end of an occurrence is dragged: what is in the way and the permitted hours are said at once', async ({
  signedIn: page,
}) => {
  await page.setViewportSize({ width: 1280, height: 900 });
  const day = await mondayAhead(page);
  await ask(page, 'PATCH', '/settings', { changes: { 'permitted_hours.monday': '05:00-10:30' } });
  await ask(page, 'POST', '/slots', slot('sang', 'Bản tin sáng', '09:00:00'));
  await ask(page, 'POST', '/slots', slot('trua', 'Bản tin trưa', '10:00:00'));
  // The station takes its settings up in a moment.
  const permitted = () => ask(page, 'GET', `/calendar?from=${day}&to=${day}`).then((feed) => feed.permitted[0]?.to);
  await expect.poll(permitted).toContain('T10:30');
  await page.goto(`/schedule?day=${day}&view=week`);
  const monday = page.locator('.ec-event', { hasText: 'Bản tin sáng' }).first();
  await expect(monday).toBeVisible();
  await expect(page.locator('.loa-silent').first()).toBeAttached();
  const box = await restingPlace(monday);
  // Half an hour is 40 dots high. Its lower edge is dragged into the next broadcast, and on.
  const edge = { x: box.x + box.width / 2, y: box.y + box.height - 2 };
  await drag(page, edge, { x: 0, y: 60 });
  await expect(page.locator('.shown')).toHaveText(/–10:15.*Trùng “Bản tin trưa” lúc 10:00/s);
  await page.mouse.move(edge.x, edge.y + 100, { steps: 6 });
  await expect(page.locator('.shown')).toHaveText(/–10:45.*Ngoài giờ được phép phát · Trùng “Bản tin trưa”/s);
  await page.mouse.move(edge.x, edge.y + 20, { steps: 6 });
  await expect(page.getByText(/Trùng “Bản tin trưa”/)).toBeHidden();
  await page.mouse.up();
  const dialog = page.getByRole('dialog', { name: 'Thời lượng “Bản tin sáng”' });
  await expect(dialog.getByLabel('Thời lượng tối đa')).toHaveValue('45');
  await dialog.getByRole('button', { name: 'Lưu' }).click();
  await expect(page.getByText('Đã đổi thời lượng “Bản tin sáng”.')).toBeVisible();
  const { items } = await ask(page, 'GET', '/slots');
  expect(items.find((one: { instead_of: string | null }) => one.instead_of)?.length_max_s).toBe(2700);
});

test('in a month an occurrence is dragged to another day, and copied by the keyboard alone', async ({
  signedIn: page,
}) => {
  await page.setViewportSize({ width: 1280, height: 1000 });
  const day = await mondayAhead(page);
  const pattern = { every: 'dates', dates: [day], times: ['09:00:00'] };
  await ask(page, 'POST', '/slots', { ...slot('mot-lan', 'Lễ phát động', '09:00:00'), pattern });
  await page.goto(`/schedule?day=${day}&view=month`);
  const event = page.locator('.ec-event', { hasText: 'Lễ phát động' });
  await expect(event).toHaveCount(1);
  const box = await restingPlace(event);
  await drag(page, { x: box.x + 20, y: box.y + 8 }, { x: box.width * 2, y: 0 });
  const wednesday = new Date(Date.parse(`${day}T00:00:00Z`) + 2 * DAY_MS).toISOString().slice(0, 10);
  const shown = `${wednesday.slice(8)}/${wednesday.slice(5, 7)}/${wednesday.slice(0, 4)}`;
  await expect(page.locator('.said')).toContainText(shown);
  await page.mouse.up();
  const dialog = page.getByRole('dialog', { name: 'Dời “Lễ phát động”' });
  await expect(dialog.getByLabel('Ngày')).toHaveValue(wednesday);
  await expect(dialog.getByLabel('Giờ', { exact: true })).toHaveValue('09:00');
  await dialog.getByRole('button', { name: 'Dời', exact: true }).click();
  await expect(page.getByText(/Đã dời “Lễ phát động”/)).toBeVisible();

  // What dragging does is done by keys as well (WCAG 2.5.7); times are typed as people write them, on 24 hours.
  await page.locator('.ec-event.loa-planned', { hasText: 'Lễ phát động' }).focus();
  await page.keyboard.press('Enter');
  const sheet = page.getByRole('dialog', { name: 'Lễ phát động' });
  await sheet.getByRole('button', { name: 'Chép sang…' }).press('Enter');
  const copy = page.getByRole('dialog', { name: 'Chép “Lễ phát động”' });
  const time = copy.getByLabel('Giờ', { exact: true });
  await time.focus();
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.type('17h3');
  await page.keyboard.press('Tab');
  await expect(time).toHaveAttribute('aria-invalid', 'true');
  await expect(copy.getByRole('button', { name: 'Chép', exact: true })).toBeDisabled();
  await time.focus();
  await page.keyboard.type('0');
  await page.keyboard.press('Tab');
  await expect(time).toHaveValue('17:30');
  await time.press('ArrowUp');
  await expect(time).toHaveValue('17:35');
  await expect(copy.getByRole('button', { name: 'Chép', exact: true })).toBeEnabled();
  await copy.getByRole('button', { name: 'Chép', exact: true }).press('Enter');
  await expect(page.getByText(/Đã chép “Lễ phát động” sang 17:35/)).toBeVisible();
  await expect(page.locator('.ec-event.loa-planned', { hasText: 'Lễ phát động' })).toHaveCount(2);
});

test('two people on one slot: the second sees the difference and chooses', async ({
  signedIn: page,
  browser,
  station,
}) => {
  await ask(page, 'POST', '/slots', slot('sang', 'Bản tin sáng', '09:00:00'));
  const other = await browser.newContext({ baseURL: station.url, locale: 'vi-VN' });
  const second = await other.newPage();
  await signIn(second, PERSON.name);
  await page.goto('/schedule/slots/sang');
  await second.goto('/schedule/slots/sang');
  await expect(second.getByLabel('Tên khung giờ')).toHaveValue('Bản tin sáng');
  await accessible(page);

  await page.getByLabel('Tên khung giờ').fill('Bản tin sớm');
  await page.getByRole('button', { name: 'Lưu' }).click();
  await expect(page.getByText('Đã lưu “Bản tin sớm”.')).toBeVisible();

  await second.getByLabel('Tên khung giờ').fill('Bản tin đầu ngày');
  await second.getByRole('button', { name: 'Lưu' }).click();
  const dialog = second.getByRole('dialog', { name: 'Khung giờ này vừa được người khác sửa' });
  await expect(dialog.getByText('Bản tin sớm')).toBeVisible();
  await expect(dialog.getByText('Bản tin đầu ngày')).toBeVisible();
  await dialog.getByRole('radio', { name: /Đang có trên đài/ }).check();
  await dialog.getByRole('button', { name: 'Tiếp tục với lựa chọn này' }).click();
  await expect(second.getByLabel('Tên khung giờ')).toHaveValue('Bản tin sớm');
  await other.close();
});

test('the queue is put in order by buttons and by dragging, and says what will be heard', async ({
  signedIn: page,
  station,
}) => {
  await recordings(station, ['Cải cách hành chính', 'Phòng chống dịch', 'Vệ sinh đường làng']);
  await ask(page, 'POST', '/slots', slot('sang', 'Bản tin sáng', '09:00:00', 1));
  for (const clip of [1, 2, 3]) await ask(page, 'POST', '/queue', { clip, slot: null });
  await page.goto('/queue');
  const list = page.getByRole('list', { name: 'Khung giờ nào cũng được' });
  const titles = () => list.locator('li strong').allTextContents();
  await expect.poll(titles).toEqual(['Cải cách hành chính', 'Phòng chống dịch', 'Vệ sinh đường làng']);
  await accessible(page);
  const up = list.getByRole('button', { name: 'Đưa “Vệ sinh đường làng” lên' });
  await up.click();
  await expect.poll(titles).toEqual(['Cải cách hành chính', 'Vệ sinh đường làng', 'Phòng chống dịch']);
  // Who presses twice means two places, however long the first takes.
  const down = list.getByRole('button', { name: 'Đưa “Cải cách hành chính” xuống' });
  let goOn = () => {};
  const pressedTwice = new Promise<void>((resolve) => (goOn = resolve));
  await page.route('**/api/v1/queue/*', async (route) => {
    await pressedTwice;
    return route.fallback();
  });
  await down.click();
  await down.click();
  goOn();
  await expect.poll(titles).toEqual(['Vệ sinh đường làng', 'Phòng chống dịch', 'Cải cách hành chính']);
  await page.unroute('**/api/v1/queue/*');
  await list.getByRole('button', { name: 'Đưa “Cải cách hành chính” lên' }).click();
  await expect.poll(titles).toEqual(['Vệ sinh đường làng', 'Cải cách hành chính', 'Phòng chống dịch']);
  await up
    .or(list.getByRole('button', { name: 'Đưa “Cải cách hành chính” lên' }))
    .last()
    .click();
  await expect.poll(titles).toEqual(['Cải cách hành chính', 'Vệ sinh đường làng', 'Phòng chống dịch']);
  const grip = list.getByLabel('Kéo “Phòng chống dịch”');
  const [from, onto] = [await restingPlace(grip), await restingPlace(list.locator('li').first())];
  await page.mouse.move(from.x + 8, from.y + 12);
  await page.mouse.down();
  await page.mouse.move(from.x + 8, from.y - 20, { steps: 6 });
  await page.mouse.move(from.x + 8, onto.y + 6, { steps: 12 });
  await expect(list.locator('li').first()).toContainText('Phòng chống dịch');
  const moved = page.waitForResponse((response) => response.request().method() === 'PATCH' && response.ok());
  await page.mouse.up();
  await moved;
  await expect.poll(titles).toEqual(['Phòng chống dịch', 'Cải cách hành chính', 'Vệ sinh đường làng']);

  await page.goto('/schedule/rehearsal');
  await expect(page.getByText('Phòng chống dịch').or(page.getByText('Cải cách hành chính')).first()).toBeVisible();
  await accessible(page);
});
