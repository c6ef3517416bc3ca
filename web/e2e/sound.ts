/** A WAV of one channel, 16 kHz: a tone, so that no two recordings are the same. */
export function tone(hertz: number, seconds: number): Buffer {
  const rate = 16_000;
  const frames = Math.round(rate * seconds);
  const file = Buffer.alloc(44 + 2 * frames);
  file.write('RIFF', 0);
  file.writeUInt32LE(file.length - 8, 4);
  file.write('WAVEfmt ', 8);
  file.writeUInt32LE(16, 16);
  file.writeUInt16LE(1, 20);
  file.writeUInt16LE(1, 22);
  file.writeUInt32LE(rate, 24);
  file.writeUInt32LE(rate * 2, 28);
  file.writeUInt16LE(2, 32);
  file.writeUInt16LE(16, 34);
  file.write('data', 36);
  file.writeUInt32LE(2 * frames, 40);
  for (let at = 0; at < frames; at += 1) {
    // It swells, so that its picture has a shape.
    const second = at / rate;
    const swell = 0.25 + 0.75 * Math.abs(Math.sin((Math.PI * second) / 2) * Math.cos((Math.PI * second) / 17));
    file.writeInt16LE(Math.round(6_000 * swell * Math.sin((2 * Math.PI * hertz * at) / rate)), 44 + 2 * at);
  }
  return file;
}
