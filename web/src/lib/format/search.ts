/** A text without its marks and case, so that who types `truyen thanh` finds `Truyền thanh`. */
export function fold(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').replace(/[đĐ]/g, 'd').toLowerCase();
}

/** Whether every word that was typed stands in the text, with or without marks, in any order. */
export function matches(typed: string, text: string): boolean {
  const folded = fold(text);
  const exact = text.normalize('NFC').toLowerCase();
  return typed
    .trim()
    .split(/\s+/)
    .every((word) => {
      // Who types a mark means it.
      const plain = fold(word) === word.toLowerCase();
      return plain ? folded.includes(word.toLowerCase()) : exact.includes(word.normalize('NFC').toLowerCase());
    });
}

const collator = new Intl.Collator('vi', { numeric: true });

/** Order of the Vietnamese alphabet; numbers in names by their value. */
export const byAlphabet = (a: string, b: string): number => collator.compare(a, b);
