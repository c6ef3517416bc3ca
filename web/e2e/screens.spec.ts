import type { Page } from '@playwright/test';
import { routes } from './routes';
import { accessible, ask, expect, slot, test, type Station } from './station';

/** Takes pictures of every page for people to look at, and those of the guide. Without it pages are looked at by the machine alone. */
const PICTURES = process.env['LOA_PICTURES'];
const OUT = new URL('./out/', import.meta.url).pathname;
const GUIDE = new URL('../../docs/images/', import.meta.url).pathname;
/** Pages that the guide shows, and the names of their pictures. */
const SHOWN: Record<string, string> = {
  '/': 'dang-phat',
  '/library': 'thu-vien',
  '/schedule': 'lich-phat',
  '/queue': 'hang-doi',
  '/log': 'nhat-ky',
  '/reports': 'bao-cao',
  '/reports/drafts/2026-01-01_2026-01-31': 'du-thao',
  '/reports/reconciliation': 'doi-chieu',
  '/reports/campaigns': 'ke-hoach',
  '/reports/activities': 'so-hoat-dong',
};

/** Pages that take a number or a name. */
const NUMBERED = [
  '/library/2',
  '/schedule/slots/sang',
  '/log?view=days',
  '/reports/activities/1',
  '/reports/drafts/2026-01-01_2026-01-31',
];

/** What the campaign rests on. */
const BASIS = {
  kind: 'Kế hoạch',
  number: '05/KH-UBND',
  date: '2026-01-05',
  issuer: 'UBND thị trấn Lai Cách',
  subject: 'tuyên truyền cải cách hành chính năm 2026',
};

/** A station in the middle of its day: something heard, something planned, something waiting, something sounding. */
async function busy(page: Page, station: Station) {
  const titles = await station.furnish(240);
  const days = { from: '2026-01-01', to: '2026-12-31' };
  const plan = { ...days, basis: '', items_per_month: 4, topics_to_cover: ['CCHC'], basis_document: [BASIS] };
  const campaign = { code: 'CCHC-2026', name: 'cải cách hành chính', ...plan };
  await ask(page, 'PATCH', '/settings', { changes: { campaign: [campaign] } });
  await ask(page, 'POST', '/slots', slot('sang', 'Bản tin sáng', '05:00:00'));
  await ask(page, 'POST', '/slots', slot('chieu', 'Bản tin chiều', '17:00:00'));
  for (const [clip, to] of [[2], [3, 'chieu'], [3]] as const) {
    await ask(page, 'POST', '/queue', { clip, slot: to ?? null });
  }
  const activity = { campaign: 'CCHC-2026', day: '2026-01-12' };
  const [article, notice] = ['Một cửa làm việc sáng thứ Bảy', 'Niêm yết thủ tục hành chính tại nhà văn hóa các thôn'];
  const link = 'https://laicach.camgiang.haiduong.gov.vn/mot-cua';
  await ask(page, 'POST', '/activities', { kind: 'portal_article', title: article, link, ...activity });
  await ask(page, 'POST', '/activities', { kind: 'notice_board', title: notice, count: 6, ...activity });
  await ask(page, 'POST', '/drafts?from=2026-01-01&to=2026-01-31');
  const written = { section: 'difficulties', text: ['- Loa thôn Trụ hỏng hai tuần, đã sửa.'] };
  await ask(page, 'POST', '/drafts/section?from=2026-01-01&to=2026-01-31', written);
  await station.loa(['play', '1']);
  await expect(page.getByRole('region', { name: 'Lúc này' })).toContainText(titles[0] ?? '', { timeout: 20_000 });
  await expect(page.getByRole('region', { name: 'Lúc này' })).toContainText('Loa đang im.', { timeout: 20_000 });
  await station.loa(['play', '2']);
  await expect(page.getByRole('progressbar', { name: titles[1] ?? '' })).toBeVisible({ timeout: 20_000 });
}

/**
 * Looks at the page at both widths. Dark is light in other colours: there the colours are looked at, on a desk, and on the one page
 * that has everything also on a phone.
 */
async function look(page: Page, path: string, colorScheme: string) {
  const dark = colorScheme === 'dark';
  for (const width of dark && !PICTURES && path !== '/' ? [1280] : [1280, 360]) {
    // As high as a small phone: what is fixed at its top and bottom must leave room.
    await page.setViewportSize({ width, height: width === 360 ? 640 : 800 });
    await test.step(`${path} at ${width} px`, () => accessible(page, dark ? 'colours' : 'everything'));
    if (!PICTURES) continue;
    const name = path === '/' ? 'home' : path.slice(1).replaceAll('/', '-');
    await page.screenshot({ path: `${OUT}${name}-${colorScheme}-${width}.png`, fullPage: true });
    const shown = SHOWN[path];
    const picture = { type: 'jpeg', quality: 70 } as const;
    if (shown && colorScheme === 'light' && width === 1280) {
      await page.screenshot({ path: `${GUIDE}${shown}.jpg`, ...picture });
    }
  }
}

for (const colorScheme of ['light', 'dark'] as const) {
  test(`every page fits WCAG 2.2 AA, wide and on a phone, ${colorScheme}`, async ({
    page,
    signedIn,
    station,
    browser,
  }) => {
    test.setTimeout(300_000);
    await signedIn.setViewportSize({ width: 1280, height: 800 });
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await busy(page, station);
    for (const path of [...routes(), ...NUMBERED]) {
      await page.goto(path);
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
      if (path === '/') await expect(page.getByRole('img', { name: 'Hình sóng của bài đang phát' })).toBeVisible();
      await look(page, path, colorScheme);
    }
    const stranger = await browser.newContext({ baseURL: station.url, locale: 'vi-VN', colorScheme });
    const door = await stranger.newPage();
    await door.goto('/sign-in');
    await expect(door.getByRole('heading', { level: 1, name: 'Đăng nhập' })).toBeVisible();
    await look(door, '/sign-in', colorScheme);
    await stranger.close();
  });
}
