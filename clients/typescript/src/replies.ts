import { InvokeError, RefusedError } from "./errors.js";
import { SignedLink } from "./link.js";
import type { ActReply } from "./requests.js";

/** Reads JSON. A parser's own message would quote it, and with it a token. */
export function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw invalid("is not JSON");
  }
}

/** The error of a function that refused, or that failed: then Lambda's runtime says so in the same form. */
export function refusal(reply: string, functionError: string): RefusedError {
  const { errorType, errorMessage } = members(json(reply));
  return new RefusedError(typeof errorType === "string" ? errorType : functionError, typeof errorMessage === "string" ? errorMessage : "");
}

export function signed(reply: unknown): SignedLink {
  const { url, signature, link_id, expires_at, short_url } = members(reply);
  if (typeof url !== "string" || typeof link_id !== "string") throw invalid("has no link");
  // One of many links has no `signature` of its own.
  const token = typeof signature === "string" ? signature : url.slice(url.lastIndexOf("=") + 1);
  return new SignedLink({ url, signature: token, link_id, expires_at: optional(expires_at), short_url: optional(short_url) });
}

export function signedMany(reply: unknown, count: number): (SignedLink | RefusedError)[] {
  const { links } = members(reply);
  if (!Array.isArray(links) || links.length !== count) throw invalid("has another number of links");
  return links.map((link: unknown) => {
    const { error } = members(link);
    if (error === undefined) return signed(link);
    const { code, message } = members(error);
    return new RefusedError(String(code), String(message));
  });
}

export function acted(reply: unknown): ActReply {
  const { id, state, action } = members(members(reply)["data"]);
  if (typeof id !== "string" || typeof state !== "string" || typeof action !== "string") throw invalid("has no state");
  return { id, state, action };
}

function members(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

function optional(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function invalid(fault: string): InvokeError {
  return new InvokeError("invalid_reply", `the reply ${fault}: is that the function booking-links?`, false);
}
