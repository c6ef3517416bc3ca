import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { tone } from './sound';
import { accessible, expect, test } from './station';

/** Takes a picture of a person who speaks, for people to look at. */
const PICTURES = process.env['LOA_PICTURES'];
const OUT = new URL('./out/', import.meta.url).pathname;

const ZONES = ['trung-tam', 'thon-dong']
  .map((id) => `[[zone]]\nid = "${id}"\nname = "Cụm ${id}"\n[zone.output]\nkind = "null"\n`)
  .join('\n');
const microphone = (id: string, name: string, device: string) =>
  `[[microphone]]\nid = "${id}"\nname = "${name}"\ndevice = "pulseaudio:${device}"\nchime = 1\nlongest_minutes = 5\n`;

/** A sound server of the test's own, in whose sink somebody speaks: the monitor is the microphone. */
async function soundServer(folder: string): Promise<{ end: () => void }> {
  const socket = join(folder, 'pulse.sock');
  const modules = [
    `load-module module-native-protocol-unix socket=${socket} auth-anonymous=1`,
    'load-module module-null-sink sink_name=micro rate=48000 channels=2',
  ];
  await writeFile(join(folder, 'pulse.pa'), `${modules.join('\n')}\n`);
  await writeFile(join(folder, 'cookie'), Buffer.alloc(256));
  await writeFile(join(folder, 'voice.wav'), tone(330, 120));
  const ours = {
    PULSE_SERVER: `unix:${socket}`,
    PULSE_COOKIE: join(folder, 'cookie'),
    PULSE_RUNTIME_PATH: folder,
    PULSE_STATE_PATH: folder,
  };
  const before = { ...process.env };
  Object.assign(process.env, ours);
  const options = ['-n', '-F', join(folder, 'pulse.pa'), '--daemonize=no', '--use-pid-file=no', '--exit-idle-time=-1'];
  const children: ChildProcess[] = [spawn('pulseaudio', [...options, '--disable-shm=yes'], { stdio: 'ignore' })];
  const end = () => {
    children.forEach((child) => child.kill('SIGKILL'));
    // Stations of later tests must not look for a server that is gone.
    for (const name of Object.keys(ours)) {
      const was = before[name];
      if (was === undefined) Reflect.deleteProperty(process.env, name);
      else process.env[name] = was;
    }
  };
  try {
    await expect.poll(() => spawnSync('pactl', ['info']).status, { timeout: 20_000 }).toBe(0);
  } catch (thrown) {
    end();
    throw thrown;
  }
  children.push(spawn('paplay', ['--device=micro', join(folder, 'voice.wav')], { stdio: 'ignore' }));
  return { end };
}

test('a person speaks in one zone, the other goes on; a microphone that is not there is told of', async ({
  signedIn: page,
  station,
}) => {
  const [, first = ''] = await station.furnish(60);
  await station.stop();
  const server = await soundServer(station.folder);
  const microphones =
    microphone('phong-may', 'Micrô phòng máy', 'micro.monitor') + microphone('hong', 'Micrô hỏng', 'no');
  try {
    await writeFile(join(station.folder, 'settings.toml'), ZONES + microphones);
    await station.resume();
    await page.goto('/');
    await station.loa(['play', '2']);
    await expect(page.getByRole('progressbar', { name: first })).toBeVisible({ timeout: 20_000 });

    // By keyboard alone.
    await page.getByRole('button', { name: 'Nói trực tiếp' }).focus();
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog', { name: 'Nói trực tiếp' });
    await expect(dialog).toContainText(`“${first}” tạm dừng`);
    await dialog.getByLabel('Cụm trung-tam').uncheck();
    await dialog.getByLabel('Nói nhiều nhất mấy phút').fill('6');
    const go = dialog.getByRole('button', { name: 'Mở micrô' });
    await expect(go).toBeDisabled();
    await dialog.getByLabel('Nói nhiều nhất mấy phút').fill('3');
    await go.press('Enter');

    const box = page.getByRole('status').filter({ hasText: 'ĐANG NÓI' });
    await expect(box).toBeVisible({ timeout: 20_000 });
    await expect(box).toContainText(/còn [0-2]:\d\d/);
    await expect(box).toContainText('Nguyễn Thị Lan mở Micrô phòng máy, phát tại Cụm thon-dong.');
    await expect(page.getByRole('progressbar', { name: first })).toBeVisible();
    await accessible(page);
    if (PICTURES) await page.screenshot({ path: join(OUT, 'dang-noi.png'), fullPage: true });
    await box.getByRole('button', { name: 'Ngừng nói' }).click();
    await expect(box).toHaveCount(0);

    await page.getByRole('button', { name: 'Nói trực tiếp' }).click();
    await dialog.getByLabel('Micrô', { exact: true }).selectOption('Micrô hỏng');
    await dialog.getByRole('button', { name: 'Mở micrô' }).click();
    await expect(page.getByRole('alert').filter({ hasText: 'Không mở được micrô' })).toBeVisible({ timeout: 20_000 });
    await expect(page.getByRole('progressbar', { name: first })).toBeVisible();
  } finally {
    server.end();
  }
});
