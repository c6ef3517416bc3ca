import { describe, expect, it } from 'vitest';
import { nextAddress, passwordFault } from './next';

describe('nextAddress', () => {
  it('goes to a page of this console and nowhere else', () => {
    expect(nextAddress('/library?topic=03')).toBe('/library?topic=03');
    for (const elsewhere of [
      '//evil.example',
      '/\\evil.example',
      'https://evil.example',
      'javascript:alert(1)',
      '',
      null,
      '/sign-in',
    ]) {
      expect(nextAddress(elsewhere)).toBe('/');
    }
  });
});

describe('passwordFault', () => {
  it('counts letters as a person does, marks and all', () => {
    expect(passwordFault('ngắnquá', 'ngắnquá')).toBe('short');
    expect(passwordFault('loa phường vang', 'loa phường vanh')).toBe('differs');
    expect(passwordFault('loa phường vang', 'loa phường vang')).toBeNull();
  });
});
