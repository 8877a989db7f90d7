import { InputError } from "./errors.js";
import { checkedRedirect } from "./redirect.js";
import { characters } from "./text.js";

/** A link to be signed offline. A member that is not one of these is refused, because a misspelt `expires_in` would make a link that never expires. */
export interface UnsignedLink {
  /** The booking: 1 to 128 characters of `A–Z a–z 0–9 - _ . :`, not `.` or `..`. */
  booking_id: string;
  /** The action: 1 to 64 characters of `a–z 0–9 _`. Whether a graph has it, only the service knows. */
  action: string;
  /** Seconds until the link expires, from 1 to 100 years. Without it and `expires_at`, it never does. */
  expires_in?: number | undefined;
  /** When the link expires: a date, or seconds since 1970. Not beside `expires_in`. */
  expires_at?: Date | number | undefined;
  /** From when on the link is valid: a date, or seconds since 1970. The service gives it 60 seconds of leeway. */
  nbf?: Date | number | undefined;
  /** Where the click redirects to: an `https` URL (or `http` to this machine) of at most 2,048 bytes, without user info. */
  redirect?: string | undefined;
  /** Whether the link asks before it acts. Without it, the app's own setting. */
  confirm?: boolean | undefined;
  /** The language of the pages: a BCP 47 tag of at most 35 characters. */
  lang?: string | undefined;
  /** Makes the link different from one that is otherwise the same: 1 to 256 characters. */
  jti?: string | undefined;
  /** An opaque id of the person to whom the link is sent: 1 to 256 characters. It proves nothing. */
  sub?: string | undefined;
}

/** The claims of a link's JWT, in the order in which they are written. */
export interface Claims {
  booking_id: string;
  action: string;
  exp: number | undefined;
  nbf: number | undefined;
  iat: number;
  redirect: string | undefined;
  confirm: boolean | undefined;
  lang: string | undefined;
  jti: string | undefined;
  sub: string | undefined;
}

const MEMBERS = ["booking_id", "action", "expires_in", "expires_at", "nbf", "redirect", "confirm", "lang", "jti", "sub"];

/** 100 years, in seconds. */
const MAX_LIFETIME = 3_153_600_000;

/** The form of a language tag (RFC 5646 §2.1). */
const LANGUAGE_TAG = /^[a-z]{2,8}(?:-[a-z0-9]{1,8})*$/i;

/** Checks a link, so that nothing is signed that the service would refuse. */
export function checkedClaims(link: UnsignedLink, now: Date | number): Claims {
  if (Object.keys(link).some((name) => !MEMBERS.includes(name))) {
    throw invalid(`a link has a member that does not exist; there are ${MEMBERS.join(", ")}`);
  }
  const { booking_id, action, nbf, redirect, confirm, lang, jti, sub } = link;
  if (!isText(booking_id) || !/^[A-Za-z0-9._:-]{1,128}$/.test(booking_id) || /^\.\.?$/.test(booking_id)) {
    throw invalid("`booking_id` must have 1 to 128 characters of A-Z a-z 0-9 - _ . : and be neither . nor ..");
  }
  if (!isText(action) || !/^[a-z0-9_]{1,64}$/.test(action)) throw invalid("`action` must have 1 to 64 characters of a-z 0-9 _");
  if (confirm !== undefined && typeof confirm !== "boolean") throw invalid("`confirm` must be a boolean");
  if (lang !== undefined && !(isText(lang) && lang.length <= 35 && LANGUAGE_TAG.test(lang))) {
    throw invalid("`lang` must be a BCP 47 tag of at most 35 characters");
  }
  if (jti !== undefined && !(isText(jti) && jti !== "" && characters(jti) <= 256)) throw invalid("`jti` must have 1 to 256 characters");
  if (sub !== undefined && !(isText(sub) && sub !== "" && characters(sub) <= 256)) throw invalid("`sub` must have 1 to 256 characters");
  const iat = seconds("now", now);
  const claims = {
    booking_id,
    action,
    exp: expiry(link, iat),
    nbf: nbf === undefined ? undefined : seconds("nbf", nbf),
    iat,
    redirect: redirect === undefined ? undefined : checkedRedirect(redirect),
    confirm,
    lang,
    jti,
    sub,
  };
  if (claims.nbf !== undefined && claims.exp !== undefined && claims.nbf >= claims.exp) throw invalid("`nbf` must be before the expiry");
  return claims;
}

function expiry({ expires_in, expires_at }: UnsignedLink, now: number): number | undefined {
  if (expires_at !== undefined) {
    if (expires_in !== undefined) throw invalid("give `expires_in` or `expires_at`, not both");
    const at = seconds("expires_at", expires_at);
    if (at <= now || at - now > MAX_LIFETIME) throw invalid("`expires_at` must be 1 second to 100 years ahead; a number is in seconds");
    return at;
  }
  if (expires_in === undefined) return undefined;
  if (!Number.isInteger(expires_in) || expires_in < 1 || expires_in > MAX_LIFETIME) {
    throw invalid("`expires_in` must be whole seconds, from 1 second to 100 years");
  }
  return now + expires_in;
}

/** A date or seconds since 1970, as whole seconds. */
function seconds(name: string, time: Date | number): number {
  const value = time instanceof Date ? Math.floor(time.getTime() / 1000) : time;
  // Up to here a double holds every integer, which is what the service takes.
  if (!Number.isInteger(value) || value < 0 || value > 2 ** 53) throw invalid(`\`${name}\` must be a date or whole seconds since 1970`);
  return value;
}

/** A string that UTF-8 can hold. */
function isText(value: unknown): value is string {
  return typeof value === "string" && value.isWellFormed();
}

function invalid(message: string): InputError {
  return new InputError("invalid_request", message);
}
