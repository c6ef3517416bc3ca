import type { CDPSession, Page } from '@playwright/test';
import { expect, test } from './station';

/** How long the page is watched in one stretch. Milliseconds. */
const STRETCH_MS = 5_000;

const sounding = (page: Page, title: string) => page.getByRole('progressbar', { name: title });

/** What the browser counted so far, after it has thrown away what it no longer needs. */
async function counted(client: CDPSession) {
  await client.send('HeapProfiler.collectGarbage');
  const { metrics } = await client.send('Performance.getMetrics');
  const of = (name: string) => metrics.find((metric) => metric.name === name)?.value ?? 0;
  return {
    heap: of('JSHeapUsedSize'),
    nodes: of('Nodes'),
    listeners: of('JSEventListeners'),
    scriptMs: of('ScriptDuration') * 1000,
    layoutMs: of('LayoutDuration') * 1000,
    styleMs: of('RecalcStyleDuration') * 1000,
  };
}

/** Frames drawn in a stretch, the gaps between them, and what blocked the page for longer than 50 ms. */
const watched = (page: Page) =>
  page.evaluate(async (stretch) => {
    let long = 0;
    const observer = new PerformanceObserver((list) => (long += list.getEntries().length));
    observer.observe({ type: 'longtask' });
    const gaps: number[] = [];
    const begin = performance.now();
    let before = begin;
    while (before - begin < stretch) {
      const at = await new Promise<number>(requestAnimationFrame);
      gaps.push(at - before);
      before = at;
    }
    observer.disconnect();
    gaps.sort((a, b) => a - b);
    return { frames: gaps.length / (stretch / 1000), p95: gaps[Math.floor(gaps.length * 0.95)] ?? 0, long };
  }, STRETCH_MS);

test('a page on air draws every frame with a fraction of the processor, and does not grow', async ({
  signedIn: page,
  station,
}, info) => {
  const [, title = ''] = await station.furnish(60);
  await station.loa(['play', '2']);
  await expect(sounding(page, title)).toBeVisible({ timeout: 20_000 });
  await expect(page.getByRole('img', { name: 'Hình sóng của bài đang phát' })).toBeVisible();
  const client = await page.context().newCDPSession(page);
  await client.send('Performance.enable');
  // What is only done once, such as compiling what draws, is done.
  await watched(page);
  const before = await counted(client);
  const [one, between] = [await watched(page), await counted(client)];
  const [two, after] = [await watched(page), await counted(client)];
  const seconds = (2 * STRETCH_MS) / 1000;
  const each = (key: 'scriptMs' | 'layoutMs' | 'styleMs') => (after[key] - before[key]) / seconds;
  const said = {
    frames_per_s: [one.frames, two.frames],
    frame_p95_ms: [one.p95, two.p95],
    long_tasks: one.long + two.long,
    script_ms_per_s: each('scriptMs'),
    layout_ms_per_s: each('layoutMs'),
    style_ms_per_s: each('styleMs'),
    heap_growth_bytes: [between.heap - before.heap, after.heap - between.heap],
    nodes: after.nodes - before.nodes,
    listeners: after.listeners - before.listeners,
  };
  info.annotations.push({ type: 'measured', description: JSON.stringify(said) });
  console.log(JSON.stringify(said));
  // Time of the page alone, which a machine with other work to do does not change much: frames at 60 a second leave 1000 ms.
  expect(said.script_ms_per_s, 'milliseconds of script a second').toBeLessThan(150);
  expect(said.layout_ms_per_s + said.style_ms_per_s, 'milliseconds of layout a second').toBeLessThan(100);
  // A loaded machine loses frames that the page had drawn; half of them is more than it may lose to the page.
  expect(Math.max(one.frames, two.frames), 'frames a second').toBeGreaterThan(30);
  expect(said.long_tasks, 'tasks of more than 50 ms').toBeLessThanOrEqual(4);
  expect(Math.min(...said.heap_growth_bytes), 'bytes that a stretch left behind').toBeLessThan(150_000);
  expect(said.nodes, 'nodes of the page').toBeLessThanOrEqual(20);
  expect(said.listeners, 'listeners of the page').toBeLessThanOrEqual(5);
});
