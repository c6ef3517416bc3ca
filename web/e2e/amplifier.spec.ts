import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, test } from './station';

/** A relay in the network; the power, and whether it answers. */
async function relay() {
  const state = { on: false, broken: false };
  const server = createServer((request, response) => {
    if (state.broken) {
      response.writeHead(503).end();
      return;
    }
    if (request.url?.endsWith('on')) state.on = true;
    if (request.url?.endsWith('off')) state.on = false;
    response.end('ok');
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  return { state, url, close: () => server.close() };
}

test('the amplifier of a zone as the page shows and switches it, and its alarm', async ({
  signedIn: page,
  station,
}) => {
  const { state, url, close } = await relay();
  const [, first = ''] = await station.furnish(40);
  await station.stop();
  await writeFile(
    join(station.folder, 'settings.toml'),
    `[[zone]]\nid = "trung-tam"\nname = "Cụm trung tâm"\n[zone.output]\nkind = "null"\n` +
      `[zone.amplifier]\nswitch = "http"\nwarm_up_seconds = 1\ntail_seconds = 1\nanswer_seconds_max = 1\n` +
      `[zone.amplifier.http]\non = "${url}/on"\noff = "${url}/off"\n`,
  );
  await station.resume();
  await page.goto('/');
  await expect(page.getByText('tăng âm tắt')).toBeVisible();

  await page.getByRole('button', { name: 'Bật tăng âm của Cụm trung tâm' }).click();
  await expect(page.getByText('tăng âm bật')).toBeVisible();
  expect(state.on).toBe(true);
  await page.getByRole('button', { name: 'Tắt tăng âm của Cụm trung tâm' }).click();
  await expect(page.getByText('tăng âm tắt')).toBeVisible();
  expect(state.on).toBe(false);

  await station.loa(['play', '2']);
  await expect(page.getByRole('progressbar', { name: first })).toBeVisible({ timeout: 20_000 });
  await page.getByRole('button', { name: 'Tắt tăng âm của Cụm trung tâm' }).click();
  await expect(page.getByText('nên cần tăng âm')).toBeVisible();
  expect(state.on).toBe(true);

  state.broken = true;
  await station.loa(['stop']);
  await expect(page.getByText('Không điều khiển được tăng âm của “Cụm trung tâm”')).toBeVisible({ timeout: 20_000 });
  state.broken = false;
  await expect(page.getByText('tăng âm tắt')).toBeVisible({ timeout: 30_000 });
  close();
});
