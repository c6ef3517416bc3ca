import { api, ask, askTagged } from '$lib/api/client';
import { Problem } from '$lib/api/problem';
import { drafts } from '$lib/state/drafts.svelte';
import { changed, faultOf, stillChanged, valueOf } from './changes';
import type { Changes, Fault, Option, SettingsDoc, Value } from './types';

/** Letters typed within this are tried out together. Milliseconds. */
const PAUSE_MS = 250;
/** Where changes that are not saved are kept in this browser. */
const DRAFT = 'settings';

/** The settings as a person changes them: what is saved, what would be, and what the station says of it. */
class SettingsState {
  doc = $state.raw<SettingsDoc | null>(null);
  changes = $state.raw<Changes>({});
  faults = $state.raw<Fault[]>([]);
  checking = $state(false);
  saving = $state(false);
  /** Why it was not saved. */
  problem = $state.raw<Problem | null>(null);
  /** Somebody else saved while this person changed something. */
  overtaken = $state(false);
  /** Changes of an earlier visit were put back. */
  restored = $state(false);

  #tag: string | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #asked = 0;

  /** How many options would be another. */
  get count(): number {
    return Object.keys(this.changes).length;
  }

  /** Whether it may be saved. */
  get ready(): boolean {
    return this.count > 0 && this.faults.length === 0 && !this.checking && !this.saving;
  }

  /** Asks the station. What was changed and not saved stays changed. */
  async load(): Promise<void> {
    const { data, tag } = await askTagged(api.GET('/api/v1/settings'));
    const first = this.doc === null;
    this.#enter(data, tag);
    if (first) {
      const kept = drafts.get(DRAFT);
      if (typeof kept === 'object' && kept !== null) {
        this.changes = stillChanged(kept as Changes, data.options);
        this.restored = this.count > 0;
        this.#tryOut();
      }
    } else if (this.count > 0) {
      this.changes = stillChanged(this.changes, data.options);
    }
  }

  /** An option; none if this station has no such. */
  option(key: string): Option | undefined {
    return this.doc?.options.find((option) => option.key === key);
  }

  /** What it would be. */
  value(option: Option): Value {
    return valueOf(this.changes, option);
  }

  fault(key: string): Fault | null {
    return faultOf(this.faults, key);
  }

  /** Changes an option, and has the station look at it. Null takes back what the console said. */
  set(option: Option, value: Value) {
    this.changes = changed(this.changes, option, value);
    this.problem = null;
    this.#keep();
    this.#tryOut();
  }

  discard() {
    this.changes = {};
    this.faults = [];
    this.problem = null;
    this.overtaken = false;
    this.restored = false;
    this.#keep();
  }

  /** Saves. True: the station goes by it, or will when the air is free. */
  async save(): Promise<boolean> {
    this.saving = true;
    this.problem = null;
    try {
      const headers = this.#tag ? { 'If-Match': this.#tag } : {};
      const answer = await askTagged(api.PATCH('/api/v1/settings', { body: { changes: this.changes }, headers }));
      this.discard();
      this.#enter(answer.data, answer.tag);
      return true;
    } catch (thrown) {
      const problem = Problem.of(thrown);
      if (problem.code !== 'stale') {
        this.problem = problem;
        return false;
      }
      await this.load();
      this.overtaken = this.count > 0;
      this.#keep();
      this.#tryOut();
      return false;
    } finally {
      this.saving = false;
    }
  }

  #enter(doc: SettingsDoc, tag: string | null) {
    this.doc = doc;
    this.#tag = tag;
  }

  #keep() {
    if (this.count === 0) drafts.delete(DRAFT);
    else drafts.set(DRAFT, this.changes);
  }

  #tryOut() {
    clearTimeout(this.#timer);
    this.#asked += 1;
    if (this.count === 0) {
      this.checking = false;
      this.faults = [];
      return;
    }
    this.checking = true;
    this.#timer = setTimeout(() => void this.#check(this.#asked), PAUSE_MS);
  }

  async #check(asked: number) {
    try {
      const { faults } = await ask(api.POST('/api/v1/settings/check', { body: { changes: this.changes } }));
      if (asked === this.#asked) this.faults = faults;
    } catch (thrown) {
      if (asked === this.#asked) this.problem = Problem.of(thrown);
    } finally {
      if (asked === this.#asked) this.checking = false;
    }
  }
}

/** The settings of this page; one for all its parts, so that what is changed in one waits while another is looked at. */
export const settings = new SettingsState();
