/** Where to go after signing in: an address of this page, never of another host. */
export function nextAddress(asked: string | null): string {
  return asked && /^\/(?![/\\])/.test(asked) && !asked.startsWith('/sign-in') ? asked : '/';
}

/** Fewest characters of a password. The station decides; asking early spares a round. */
export const PASSWORD_LENGTH_MIN = 12;

/** What is wrong with a new password that was typed twice. */
export function passwordFault(password: string, again: string): 'short' | 'differs' | null {
  if ([...password].length < PASSWORD_LENGTH_MIN) return 'short';
  return password === again ? null : 'differs';
}
