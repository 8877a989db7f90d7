import { ActionLinks } from "./client.js";
import { type ActionLinksError, InvokeError, RefusedError } from "./errors.js";
import { answerTo } from "./fake-answers.js";

export { TEST_KEY } from "./fake-answers.js";

/** A call that was made, as it would have been sent. */
export interface RecordedCall {
  operation: "sign" | "decorate" | "act";
  [member: string]: unknown;
}

/** What a fake is made with. */
export interface FakeOptions {
  appId?: string | undefined;
  /** The start of the links. By default, `https://links.example`. */
  base?: string | undefined;
  /** The actions that decorated bookings have links for. */
  customerActions?: readonly string[] | undefined;
  /** The actions of the business, which `action_links` has, too. */
  ownerActions?: readonly string[] | undefined;
  /** If set, decorated bookings have no links, and this as `links_unavailable`. */
  linksUnavailable?: string | undefined;
  /** The time of issue of links. By default, the clock's. */
  now?: (() => Date) | undefined;
}

/**
 * An `ActionLinks` for tests: no network, no AWS. It signs with `TEST_KEY`, records what was asked, and fails on demand.
 * It has no graphs: `act` answers with the action as the state.
 *
 * ```ts
 * const links = new FakeActionLinks();
 * links.failNext("temporarily_unavailable");
 * ```
 */
export class FakeActionLinks extends ActionLinks {
  /** The calls so far. `signMany` makes one a batch. */
  readonly calls: RecordedCall[];
  readonly #failures: ActionLinksError[];

  constructor(options: FakeOptions = {}) {
    const calls: RecordedCall[] = [];
    const failures: ActionLinksError[] = [];
    const transport = async (payload: string) => {
      const call = JSON.parse(payload) as RecordedCall;
      calls.push(call);
      const failure = failures.shift();
      if (failure !== undefined) throw failure;
      return { payload: JSON.stringify(answerTo(call, options)) };
    };
    super({ functionName: "fake", appId: options.appId, transport, pause: async () => {} });
    this.calls = calls;
    this.#failures = failures;
  }

  /** Lets the next call be refused by the service with this code. A code that may pass outlasts the client's retry, too. */
  failNext(code: string, message = "the test asked for it"): void {
    this.#fail(new RefusedError(code, message));
  }

  /** Lets the next call fail in Lambda: `no_answer`, `TooManyRequestsException`, `ResourceNotFoundException`, … */
  failNextInvoke(code: string, retryable: boolean, message = "the test asked for it"): void {
    this.#fail(new InvokeError(code, message, retryable));
  }

  #fail(error: ActionLinksError): void {
    this.#failures.push(...(error.retryable ? [error, error] : [error]));
  }
}
