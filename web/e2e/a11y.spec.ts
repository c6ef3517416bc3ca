import { routes } from './routes';
import { accessible, expect, test } from './station';

for (const width of [1280, 360]) {
  for (const colorScheme of ['light', 'dark'] as const) {
    test(`every page fits WCAG 2.2 AA at ${width} px, ${colorScheme}`, async ({ page, signedIn, station }) => {
      test.slow();
      await station.furnish(5);
      await signedIn.setViewportSize({ width, height: 800 });
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      for (const path of routes()) {
        await test.step(path, async () => {
          await page.goto(path);
          await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
          await accessible(page);
        });
      }
    });
  }
}
