import type { UnsignedLink } from "./claims.js";
import { InputError, RefusedError } from "./errors.js";
import { Signer } from "./signer.js";
import type { FakeOptions, RecordedCall } from "./testing.js";

/** The key that the fake signs with. It is no secret: no app must have it. */
export const TEST_KEY = "test_api_key_of_the_fake_0nly_f0r_tests_5up3rp0ubl1c";

type Members = Record<string, unknown>;

/** What the service would answer, as far as that can be known without its graphs and settings. */
export function answerTo(call: RecordedCall, options: FakeOptions): unknown {
  switch (call.operation) {
    case "act":
      return { data: { id: call["booking_id"], state: call["action"], action: call["action"] } };
    case "decorate":
      return decorated(call["response"], call, options);
    case "sign":
      return Array.isArray(call["links"]) ? { links: call["links"].map((link: Members) => oneOfMany(link, options)) } : signed(call, options);
  }
}

function oneOfMany(link: Members, options: FakeOptions): unknown {
  try {
    return signed(link, options);
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error;
    return { error: { code: error.code, message: error.message } };
  }
}

function signed(request: Members, { base = "https://links.example", now }: FakeOptions): Members {
  const { operation: _operation, app_id: _app, short, ...link } = request;
  try {
    const { url, signature, link_id, expires_at } = new Signer(TEST_KEY, base).sign(link as unknown as UnsignedLink, now?.());
    return { url, signature, link_id, expires_at, short_url: short === true ? `${base}/l/${link_id.slice(0, 12)}` : undefined };
  } catch (error) {
    throw error instanceof InputError ? new RefusedError(error.code, error.message) : error;
  }
}

/** A booking, a list of them, or an object that has either as `data`. */
function decorated(response: unknown, call: RecordedCall, options: FakeOptions): unknown {
  if (Array.isArray(response)) return response.map((booking) => decorated(booking, call, options));
  const { data, ...rest } = response as Members;
  if (typeof data === "object" && data !== null) return { ...rest, data: decorated(data, call, options) };
  return { ...(response as Members), ...links(response as Members, call, options) };
}

function links(booking: Members, { include, redirect, expires_in, lang }: RecordedCall, options: FakeOptions): Members {
  const { customerActions = ["cancel_by_customer", "reschedule_by_customer"], ownerActions = ["cancel", "complete"], linksUnavailable } = options;
  const of = (actions: readonly string[]) =>
    Object.fromEntries(actions.map((action) => [action, signed({ booking_id: booking["id"], action, redirect, expires_in, lang }, options)["url"]]));
  const every = [...customerActions, ...ownerActions];
  const added: Members = { available_actions: linksUnavailable === undefined ? every : [] };
  for (const name of String(include ?? "customer_action_links").split(",")) {
    if (name === "customer_action_links") added[name] = linksUnavailable === undefined ? of(customerActions) : {};
    if (name === "action_links") added[name] = linksUnavailable === undefined ? of(every) : {};
  }
  return linksUnavailable === undefined ? added : { ...added, links_unavailable: linksUnavailable };
}
