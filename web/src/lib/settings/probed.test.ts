import { expect, test, vi } from 'vitest';

vi.stubGlobal('localStorage', { getItem: () => 'vi', setItem: () => {} });
const { probedText } = await import('./probed');

test('what sounds says how loud, what does not says why', () => {
  const found = (outcome: string, level_dbfs: number | null) =>
    probedText({ outcome, level_dbfs, text: 'không có thiết bị' } as Parameters<typeof probedText>[0]);
  expect(found('sounds', -18.4)).toMatch(/[-−]18/);
  expect(found('silent', -80)).not.toMatch(/80/);
  expect(found('fails', null)).toContain('không có thiết bị');
});
