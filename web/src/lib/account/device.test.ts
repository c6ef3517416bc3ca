import { describe, expect, it } from 'vitest';
import { device } from './device';

describe('device', () => {
  it('names browser and system', () => {
    const windows =
      'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36';
    expect(device(windows)).toBe('Chrome, Windows');
    expect(device(`${windows} Edg/120.0.0.0`)).toBe('Edge, Windows');
    expect(
      device('Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605 Version/17.0 Safari/604.1'),
    ).toBe('Safari, iOS');
    expect(device('Mozilla/5.0 (Linux; Android 14) Chrome/120 Mobile Safari/537.36')).toBe('Chrome, Android');
  });

  it('says nothing of what it does not know', () => {
    expect(device('curl/8.5.0')).toBeNull();
    expect(device(null)).toBeNull();
  });
});
