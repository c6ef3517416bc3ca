import { api, ask, tie } from '$lib/api/client';
import type { Session } from '$lib/api/types';
import { drafts } from './drafts.svelte';
import { live } from './live.svelte';

/** A promise that is kept from outside; `Promise.withResolvers` is younger than many an office browser. */
function waiting(): { promise: Promise<boolean>; resolve: (done: boolean) => void } {
  let resolve: (done: boolean) => void = () => {};
  const promise = new Promise<boolean>((keep) => (resolve = keep));
  return { promise, resolve };
}

/** Who uses this page. */
class SessionState {
  /** As the station said last; none before it was asked. */
  current = $state.raw<Session | null>(null);
  /** Whether the person is being asked to sign in again over the page they work on. */
  renewing = $state(false);
  /** Whether a page is there on which the person can be asked; before the first one is drawn there is none. */
  attended = false;
  #renewed: { promise: Promise<boolean>; resolve: (done: boolean) => void } | null = null;

  /** Asks the station. */
  async load(): Promise<Session> {
    const session = await ask(api.GET('/api/v1/session'));
    this.#enter(session);
    return session;
  }

  /** Signs in. Throws a `Problem`. */
  async signIn(name: string, password: string, totp: string | null): Promise<Session> {
    const session = await ask(api.POST('/api/v1/session', { body: { name, password, totp } }));
    this.#enter(session);
    return session;
  }

  /** Makes the first account of a station and signs it in. Throws a `Problem`. */
  async firstRun(body: { code: string; name: string; display_name: string; password: string }): Promise<Session> {
    await ask(api.POST('/api/v1/first-run', { body }));
    return this.load();
  }

  /** Signs out. What was typed and not sent is forgotten: the next person at this computer is another. */
  async signOut() {
    await ask(api.DELETE('/api/v1/session'));
    drafts.clear();
    live.stop();
    await this.load();
  }

  /** Whether this person may do it: `look`, `operate`, `approve`, ... The station decides again when asked. */
  may(right: string): boolean {
    return this.current?.rights?.includes(right) ?? false;
  }

  /** The station's zone; that of Vietnam until it is known. */
  get zone(): string {
    return this.current?.station.time_zone ?? 'Asia/Ho_Chi_Minh';
  }

  /** The session ended in the middle of something: asks to sign in again. True when that was done. */
  async renew(): Promise<boolean> {
    if (!this.current?.signed_in || !this.attended) return false;
    this.#renewed ??= waiting();
    this.renewing = true;
    return this.#renewed.promise;
  }

  /** The answer to `renew`. */
  renewed(done: boolean) {
    this.renewing = false;
    this.#renewed?.resolve(done);
    this.#renewed = null;
  }

  /** Whether the session still holds; if not, the person is asked to sign in again. */
  async stillThere(): Promise<boolean> {
    const session = await ask(api.GET('/api/v1/session'));
    if (session.signed_in) {
      this.#enter(session);
      return true;
    }
    return this.renew();
  }

  #enter(session: Session) {
    this.current = session;
  }
}

/** Who uses this page. */
export const session = new SessionState();

tie({ csrf: () => session.current?.csrf ?? null, renew: () => session.renew() });
live.beforeRetry = () => session.stillThere();
