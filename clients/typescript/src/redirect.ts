import { domainToUnicode } from "node:url";

import { InputError } from "./errors.js";
import { BLANK, bytes } from "./text.js";

/** The most bytes of a redirect, as given and as parsed. */
const MAX_BYTES = 2048;

const FORBIDDEN = new RegExp(`[\\p{Cc}\\\\\\p{Cs}]|^[${BLANK}]|[${BLANK}]$`, "u");

/** Checks a redirect as the service does, and returns it as browsers parse it. */
export function checkedRedirect(text: string): string {
  const refuse = (fault: string) => new InputError("redirect_not_allowed", `the redirect ${fault}`);
  if (typeof text !== "string") throw refuse("is not a string");
  if (bytes(text) > MAX_BYTES) throw refuse(`is longer than ${MAX_BYTES} bytes`);
  if (FORBIDDEN.test(text)) throw refuse("has characters that are not allowed in a URL");
  const url = parse(text);
  if (url === undefined || url.hostname === "") throw refuse("is not an absolute URL");
  // Percent-encoding makes it longer.
  if (bytes(url.href) > MAX_BYTES) throw refuse(`is longer than ${MAX_BYTES} bytes`);
  if (url.protocol !== "https:" && !(url.protocol === "http:" && isThisMachine(url.hostname))) throw refuse("is not https");
  // The parser removes the empty user info of `https://@host`, and reads any number of slashes as two.
  const authority = text.slice(text.indexOf(":") + 1).replace(/^\/+/, "").split(/[/?#]/)[0] ?? "";
  if (authority.includes("@")) throw refuse("has user info");
  const written = authority.replace(/:[^\]:]*$/, "").toLowerCase();
  const shown = domainToUnicode(url.hostname);
  if ((written !== url.hostname && written !== shown) || !isStrict(url.hostname, shown)) throw refuse("has a host of an unusual spelling");
  return url.href;
}

/** Checks the start of links, and returns it without a slash at its end. */
export function checkedBase(text: string): string {
  const url = typeof text === "string" && !/[?#]/.test(text) ? parse(text) : undefined;
  const plain = url !== undefined && /^https?:$/.test(url.protocol) && url.username === "" && url.password === "";
  if (!plain) throw new InputError("invalid_base_url", "the base is not an http(s) URL without user info, query and fragment");
  return url.href.replace(/\/+$/, "");
}

function parse(text: string): URL | undefined {
  // `URL.canParse` of Node 20 takes Latin letters for UTF-8, once it is compiled.
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}

const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;

/** Whether the parser of the service takes the host, too. Node's keeps fewer rules of UTS #46 (punycode of ASCII, the Bidi rule). */
function isStrict(host: string, shown: string): boolean {
  const runsOneWay = (label: string) =>
    /^(?:[a-z](?:[a-z0-9-]*[a-z0-9])?)?$/.test(label) || [...label].every((c) => RIGHT_TO_LEFT.test(c) && /[\p{L}\p{M}]/u.test(c));
  return !/(?:^|\.)xn--[^.]*-(?:\.|$)/.test(host) && (!RIGHT_TO_LEFT.test(shown) || shown.split(".").every(runsOneWay));
}

function isThisMachine(host: string): boolean {
  return host === "localhost" || host === "[::1]" || /^127\.\d+\.\d+\.\d+$/.test(host);
}
