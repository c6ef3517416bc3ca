import { describe, expect, it } from 'vitest';
import { sorted, type Column } from './table';

interface Row {
  title: string;
  length: number | null;
}
const columns: Column<Row>[] = [
  { id: 'title', label: '', sort: (row) => row.title },
  { id: 'length', label: '', sort: (row) => row.length },
  { id: 'plain', label: '' },
];
const rows: Row[] = [
  { title: 'Đất', length: 9 },
  { title: 'Ấm', length: null },
  { title: 'Dân', length: 10 },
];
const titles = (by: string, down: boolean) => sorted(rows, columns, { by, down }).map((row) => row.title);

describe('sorted', () => {
  it('sorts text by the alphabet, numbers by value, and what is missing last both ways', () => {
    expect(titles('title', false)).toEqual(['Ấm', 'Dân', 'Đất']);
    expect(titles('title', true)).toEqual(['Đất', 'Dân', 'Ấm']);
    expect(titles('length', false)).toEqual(['Đất', 'Dân', 'Ấm']);
    expect(titles('length', true)).toEqual(['Dân', 'Đất', 'Ấm']);
  });

  it('leaves rows alone where nothing says how', () => {
    expect(sorted(rows, columns, { by: 'plain', down: true })).toBe(rows);
    expect(sorted(rows, columns, null)).toBe(rows);
  });
});
