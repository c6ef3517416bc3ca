/** What the daemon says when something was not done (RFC 9457), or what stands for it when the daemon said nothing. */
export interface ProblemBody {
  status: number;
  code: string;
  detail: string;
  values: Record<string, string>;
  problems: string[];
  causes: string[];
  hint: string | null;
  /** With a stale edit: the resource as it is now. */
  current: unknown;
}

/** Why something was not done. The one error that pages deal with. */
export class Problem extends Error implements ProblemBody {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly values: Record<string, string>;
  readonly problems: string[];
  readonly causes: string[];
  readonly hint: string | null;
  readonly current: unknown;

  constructor(body: Partial<ProblemBody> & { code: string }) {
    super(body.detail ?? body.code);
    this.name = 'Problem';
    this.status = body.status ?? 0;
    this.code = body.code;
    this.detail = body.detail ?? '';
    this.values = body.values ?? {};
    this.problems = body.problems ?? [];
    this.causes = body.causes ?? [];
    this.hint = body.hint ?? null;
    this.current = body.current;
  }

  /** From whatever was thrown: a request that found nobody is `unreachable`, one that took too long `timed_out`. */
  static of(thrown: unknown): Problem {
    if (thrown instanceof Problem) return thrown;
    if (thrown instanceof DOMException && thrown.name === 'TimeoutError') return new Problem({ code: 'timed_out' });
    if (thrown instanceof TypeError) return new Problem({ code: 'unreachable', causes: [thrown.message] });
    return new Problem({ code: 'page_failed', detail: String(thrown) });
  }

  /** From an answer that is no success, whose body may be anything. */
  static from(response: Response, body: unknown): Problem {
    const said = typeof body === 'object' && body !== null ? (body as Partial<ProblemBody>) : {};
    if (typeof said.code === 'string') return new Problem({ ...said, code: said.code, status: response.status });
    // Something between the page and the daemon answered, such as a proxy whose daemon is gone.
    const gone = [502, 503, 504].includes(response.status);
    return new Problem({ code: gone ? 'unreachable' : 'unexpected_answer', status: response.status });
  }

  /** Whether it says that nobody is signed in, or not any more. */
  get signedOut(): boolean {
    return this.code === 'sign_in' || this.code === 'not_signed_in';
  }

  /** Whether trying the very same thing again may help. */
  get passing(): boolean {
    return [
      'unreachable',
      'timed_out',
      'not_ready',
      'not_running',
      'too_many_attempts',
      'sign_in_busy',
      'too_many_commands',
    ].includes(this.code);
  }
}
