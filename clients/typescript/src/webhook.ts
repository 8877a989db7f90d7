import { createHmac, timingSafeEqual } from "node:crypto";

import { InputError, WebhookError } from "./errors.js";

/** An event, as `docs/events.md` describes it. Members may be added in later versions. */
export interface WebhookEvent {
  /** `Booking Action Taken`, `Booking Action Undone` or `Action Link Requested`. */
  type: string;
  /** The version of the format: `1`. */
  version: string;
  /** The same event may come again, with the same id: ignore an id that you have seen. */
  id: string;
  app_id: string;
  booking_id: string;
  action: string;
  /** The state before, or empty. */
  from: string;
  /** The state after, or empty. */
  to: string;
  /** When it happened (RFC 3339, to the second). The order of arrival says nothing. */
  at: string;
  link_id: string;
  /** To whom the link was sent, or empty. */
  sub: string;
  [member: string]: unknown;
}

/** What may be set of a verification. */
export interface WebhookOptions {
  /** How many seconds old an event may be: 4 days by default, since a webhook is tried again for three. `Infinity`: any age. */
  maxAge?: number | undefined;
  /** The present time: a date, or seconds since 1970. */
  now?: Date | number | undefined;
}

/** 4 days, in seconds. */
const MAX_AGE = 345_600;
/** How far an event's clock may be ahead, in seconds. */
const LEEWAY = 300;

/**
 * Verifies a webhook and returns its event. Use nothing of the body but what this returns.
 *
 * @param body The body of the request as it came.
 * @param secret The secret of the webhook's stack, never an app's API key. White space at its end is dropped.
 * @throws {WebhookError} `malformed`, `invalid_signature` or `outside_time_window`.
 */
export function verifyWebhook(body: string | Uint8Array, secret: string, { maxAge = MAX_AGE, now = new Date() }: WebhookOptions = {}): WebhookEvent {
  const key = String(secret).trimEnd();
  if (key.length < 32) throw new InputError("invalid_key", "the secret of a webhook has at least 32 characters");
  const { signature } = object(typeof body === "string" ? body : Buffer.from(body).toString("utf8"));
  const [head, payload, mac, ...more] = typeof signature === "string" ? signature.split(".") : [];
  if (head === undefined || payload === undefined || mac === undefined || more.length > 0) throw malformed();
  const expected = Buffer.from(createHmac("sha256", key).update(`${head}.${payload}`).digest("base64url"));
  const given = Buffer.from(mac);
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) throw new WebhookError("invalid_signature", "the signature is not of this secret");
  const header = object(decoded(head));
  // An action link has another `typ`, so that neither passes for the other.
  if (header["alg"] !== "HS256" || header["typ"] !== "event+jwt" || "crit" in header) throw new WebhookError("invalid_signature", "the signature is not that of an event");
  const claims = object(decoded(payload));
  // The pipe puts values into JSON as they stand, so what JSON would escape is percent-encoded in them.
  const event = Object.fromEntries(Object.entries(claims).map(([name, value]) => [name, typeof value === "string" ? unescaped(value) : value])) as WebhookEvent;
  const at = typeof event.at === "string" ? Date.parse(event.at) / 1000 : NaN;
  if (Number.isNaN(at) || typeof event.id !== "string") throw malformed();
  const age = (now instanceof Date ? now.getTime() / 1000 : now) - at;
  if (!(age <= maxAge && age >= -LEEWAY)) throw new WebhookError("outside_time_window", "the event is too old, or its time is in the future");
  return event;
}

function decoded(part: string): string {
  return Buffer.from(part, "base64url").toString("utf8");
}

function object(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null) return value as Record<string, unknown>;
  } catch {
    // The parser's message would quote the text.
  }
  throw malformed();
}

function unescaped(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function malformed(): WebhookError {
  return new WebhookError("malformed", "the body is not that of an event");
}
