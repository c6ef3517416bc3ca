/** What a person may correct about a row, as the form has it. */
export interface CorrectionForm {
  title: string;
  topic: string;
  campaign: string;
  author: string;
  counted: '' | 'true' | 'false';
  note: string;
  why: string;
}

/** How the row stands before it is corrected. */
export interface Correctable {
  title: string;
  topic?: string | null | undefined;
  campaign?: string | null | undefined;
  author?: string | null | undefined;
  counted: boolean;
}

/** The form of a row as it stands: nothing changes yet. */
export function formOf(row: Correctable): CorrectionForm {
  return {
    title: row.title,
    topic: row.topic ?? '',
    campaign: row.campaign ?? '',
    author: row.author ?? '',
    counted: row.counted ? 'true' : 'false',
    note: '',
    why: '',
  };
}

/** One change of a correction. */
export interface Change {
  field: 'title' | 'topic' | 'campaign' | 'author' | 'counted' | 'note';
  before: string;
  after: string;
}

/** What the form changes, in its order. */
export function changes(row: Correctable, form: CorrectionForm): Change[] {
  const before = formOf(row);
  const fields = ['title', 'topic', 'campaign', 'author', 'counted', 'note'] as const;
  return fields
    .filter((field) => form[field].trim() !== before[field])
    .map((field) => ({ field, before: before[field], after: form[field].trim() }));
}

/** What is sent: only what changes. */
export function bodyOf(row: Correctable, form: CorrectionForm) {
  const sent = changes(row, form).map(({ field, after }) => [field, field === 'counted' ? after === 'true' : after]);
  return { why: form.why.trim(), ...Object.fromEntries(sent) } as {
    why: string;
    title?: string;
    topic?: string;
    campaign?: string;
    author?: string;
    counted?: boolean;
    note?: string;
  };
}
