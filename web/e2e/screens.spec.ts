import { routes } from './routes';
import { expect, test } from './station';

/** Pictures of every page for people to look at; those in `docs/images` are the guide's. */
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
};

for (const colorScheme of ['light', 'dark'] as const) {
  test(`every page is drawn, ${colorScheme}`, async ({ page, signedIn, station }) => {
    test.slow();
    await station.furnish(90);
    await signedIn.setViewportSize({ width: 1280, height: 800 });
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await station.loa(['play', '2']);
    await expect(page.getByRole('progressbar', { name: 'Bộ phận một cửa' })).toBeVisible({ timeout: 20_000 });
    for (const path of routes()) {
      await page.goto(path);
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
      if (path === '/') await expect(page.getByRole('img', { name: 'Hình sóng của bài đang phát' })).toBeVisible();
      const name = path === '/' ? 'home' : path.slice(1).replaceAll('/', '-');
      await page.screenshot({ path: `${OUT}${name}-${colorScheme}.png`, fullPage: true });
      const shown = SHOWN[path];
      if (shown && colorScheme === 'light') await page.screenshot({ path: `${GUIDE}${shown}.png` });
    }
  });
}
