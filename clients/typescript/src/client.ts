import { randomUUID } from "node:crypto";

import { inBatches } from "./batches.js";
import { ActionLinksError, InputError, InvokeError, RefusedError } from "./errors.js";
import type { SignedLink } from "./link.js";
import { acted, json, refusal, signed, signedMany } from "./replies.js";
import type { ActReply, ActRequest, Decorated, DecorateOptions, Include, SignRequest } from "./requests.js";
import { lambdaTransport, type LambdaClientLike, type Transport } from "./transport.js";

/** What a client is made with. */
export interface ActionLinksOptions {
  /** The name or the ARN of `booking-links`: the output `BookingLinksFunctionName` of the deployment. */
  functionName: string;
  /** The app of calls that name none. It may be left out when there is one app. */
  appId?: string | undefined;
  /** A client of `@aws-sdk/client-lambda`. Set its `maxAttempts` to 1: the one retry is made here. By default, one of its own. */
  lambda?: LambdaClientLike | undefined;
  /** Milliseconds for one attempt: 20,000 by default. `booking-links` itself answers within 10 s. */
  timeout?: number | undefined;
  /** In place of the AWS SDK. */
  transport?: Transport | undefined;
  /** Waits before the one retry. By default, 100 to 400 ms. */
  pause?: (() => Promise<void>) | undefined;
}

/**
 * Asks `booking-links` for links, by direct invocation. The caller's role needs `lambda:InvokeFunction` on it. What may
 * pass (`retryable`) is tried once more.
 *
 * ```ts
 * const links = new ActionLinks({ functionName: process.env.BOOKING_LINKS_FUNCTION! });
 * const { url } = await links.sign({ booking_id: "b-17", action: "confirm", expires_in: 7 * 24 * 3600 });
 * ```
 */
export class ActionLinks {
  readonly #invoke: Transport;
  readonly #appId: string | undefined;
  readonly #pause: () => Promise<void>;

  constructor({ functionName, appId, lambda, timeout = 20_000, transport, pause = shortPause }: ActionLinksOptions) {
    this.#invoke = transport ?? lambdaTransport(functionName, lambda, timeout);
    this.#appId = appId;
    this.#pause = pause;
  }

  /**
   * Signs one link.
   *
   * @throws {RefusedError} The service refuses the request: `unknown_app`, `unknown_action`, `redirect_not_allowed`, …
   * @throws {InvokeError} Lambda does not run the function, or does not answer.
   */
  async sign(request: SignRequest): Promise<SignedLink> {
    return signed(await this.#call("sign", request));
  }

  /**
   * Signs any number of links, in their order: in batches of 10,000 at most (1,000 with `short`), and smaller ones when
   * Lambda's 6 MB would be too little. A link that cannot be signed has its `RefusedError` in its place.
   *
   * @param options `app_id`: the app of the links that name none.
   * @throws {RefusedError} A whole batch is refused.
   * @throws {InvokeError} Lambda does not run the function, or does not answer.
   */
  async signMany(links: Iterable<SignRequest>, options: { app_id?: string | undefined } = {}): Promise<(SignedLink | RefusedError)[]> {
    return inBatches([...links], async (batch) => signedMany(await this.#call("sign", { ...options, links: batch }), batch.length));
  }

  /**
   * Adds links to a booking, a list of bookings, or an object that has either as `data`. Everything else comes back as
   * it was given.
   *
   * Every booking then has the members that `include` asked for. Where there are no links, they are empty, and
   * `links_unavailable` says why in one word.
   *
   * @throws {RefusedError} `unknown_app`, `unknown_include`, `answer_too_large` (give fewer bookings at a time), …
   * @throws {InvokeError} Lambda does not run the function, or does not answer.
   */
  async decorate<T extends object, const I extends Include = "customer_action_links">(
    response: T,
    { include, ...options }: DecorateOptions<I> = {},
  ): Promise<Decorated<T, I>> {
    const reply = await this.#call("decorate", { ...options, include: include?.join(","), response });
    if (typeof reply !== "object" || reply === null) throw new InvokeError("invalid_reply", "the reply to `decorate` has no booking", false);
    return reply as Decorated<T, I>;
  }

  /**
   * Takes any action of a booking's graph, also those of the system (`timeout`, `complete`). The same `request_id` again
   * is a success that changes nothing.
   *
   * @throws {RefusedError} `booking_not_found`, `action_not_available`, `unknown_action`, …
   * @throws {InvokeError} Lambda does not run the function, or does not answer. Only the same `request_id` can tell then
   * whether the booking was changed.
   */
  async act(request: ActRequest): Promise<ActReply> {
    return acted(await this.#call("act", { ...request, request_id: request.request_id ?? randomUUID() }));
  }

  async #call<R extends { app_id?: string | undefined }>(operation: string, request: R): Promise<unknown> {
    const payload = written({ operation, ...request, app_id: request.app_id ?? this.#appId });
    try {
      return await this.#once(payload);
    } catch (error) {
      if (!(error instanceof ActionLinksError && error.retryable)) throw error;
    }
    await this.#pause();
    return this.#once(payload);
  }

  async #once(payload: string): Promise<unknown> {
    const { payload: reply, functionError } = await this.#invoke(payload);
    if (functionError !== undefined) throw refusal(reply, functionError);
    return json(reply);
  }
}

function written(request: object): string {
  try {
    return JSON.stringify(request);
  } catch {
    throw new InputError("invalid_request", "the request has something that JSON cannot hold, such as a BigInt or a circle");
  }
}

function shortPause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 100 + 300 * Math.random()));
}
