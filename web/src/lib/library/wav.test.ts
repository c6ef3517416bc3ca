import { describe, expect, it } from 'vitest';
import { peakDb, sixteenBits, wav } from './wav';

describe('wav', () => {
  it('writes what a decoder reads back', async () => {
    const pieces = [sixteenBits(new Float32Array([0, 0.5, -0.5])), sixteenBits(new Float32Array([1, -1, 2]))];
    const bytes = new DataView(await wav(pieces, 48_000).arrayBuffer());
    const text = (at: number, length: number) =>
      String.fromCharCode(...Array.from({ length }, (_, index) => bytes.getUint8(at + index)));
    expect([text(0, 4), text(8, 8), text(36, 4)]).toEqual(['RIFF', 'WAVEfmt ', 'data']);
    expect(bytes.getUint32(4, true)).toBe(bytes.byteLength - 8);
    expect([bytes.getUint32(24, true), bytes.getUint32(28, true), bytes.getUint32(40, true)]).toEqual([
      48_000, 96_000, 12,
    ]);
    const samples = Array.from({ length: 6 }, (_, index) => bytes.getInt16(44 + 2 * index, true));
    expect(samples).toEqual([0, 16_384, -16_384, 32_767, -32_768, 32_767]);
  });

  it('knows silence from a level', () => {
    expect(peakDb(new Float32Array(8))).toBeNull();
    expect(peakDb(new Float32Array([0.1, -0.5]))).toBeCloseTo(-6.02, 2);
  });
});
