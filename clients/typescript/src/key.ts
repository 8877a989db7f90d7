import { createHash, createHmac } from "node:crypto";

import { InputError } from "./errors.js";
import { BLANK, bytes } from "./text.js";

let secretOf: (key: ApiKey) => string;

/**
 * An app's API key. It is the HMAC secret as it stands: nothing is decoded. It cannot be printed, inspected or written
 * as JSON.
 */
export class ApiKey {
  /** HMAC-SHA256 needs a key of at least the hash's size (RFC 7518 §3.2), in bytes. */
  static readonly MIN_LENGTH = 32;

  readonly #secret: string;
  /** The key's id: the first 16 hexadecimal digits of its SHA-256. It does not lead back to the key. */
  readonly id: string;

  static {
    secretOf = (key) => key.#secret;
  }

  /**
   * @param text The key as a key file holds it: a byte order mark before it and white space behind it are dropped.
   * @throws {InputError} `invalid_key` if it is shorter than 32 bytes, or if there is something else beside the key:
   * white space, quotes, `NAME=`, an invisible character.
   */
  constructor(text: string) {
    this.#secret = alone(text);
    this.id = createHash("sha256").update(this.#secret).digest("hex").slice(0, 16);
  }
}

/** The key that is meant: one that is made already, or its text. */
export function keyOf(key: ApiKey | string): ApiKey {
  return typeof key === "string" ? new ApiKey(key) : key;
}

/** base64url(HMAC-SHA256) of a message. */
export function mac(key: ApiKey, message: string): string {
  return createHmac("sha256", secretOf(key)).update(message).digest("base64url");
}

const END = new RegExp(`[${BLANK}]+$`, "u");
const WHITE_SPACE = new RegExp(`[${BLANK}\\p{Cc}]`, "u");
const INVISIBLE =
  /[\u00ad\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\u3164\ufeff\uffa0\ufff9-\ufffb\u{e0000}-\u{e007f}\ud800-\udfff]/u;

/** The key in a text. The messages quote nothing. */
function alone(text: string): string {
  if (typeof text !== "string") throw new InputError("invalid_key", "the API key must be a string");
  const key = text.replace(/^\ufeff+/, "").replace(END, "");
  const equals = key.indexOf("=");
  const before = key.slice(0, Math.max(equals, 0)).split(new RegExp(`[${BLANK}]`, "u"));
  const name = before.filter((word) => word !== "").at(-1) ?? "";
  const behind = key.slice(equals + 1).replace(/^=+|=+$/g, "");
  const fault = /[\n\r]/.test(key)
    ? "more than one line"
    : /^[A-Za-z0-9_.-]+$/.test(name) && behind !== "" // base64 may end in `=`.
      ? "`NAME=` before it"
      : /["'`<>«»‹›‘’‚“”„]/.test(key)
        ? "quotes in it"
        : WHITE_SPACE.test(key)
          ? "white space in it"
          : INVISIBLE.test(key)
            ? "an invisible character in it"
            : undefined;
  if (fault !== undefined) throw new InputError("invalid_key", `this is not an API key alone: it has ${fault}`);
  const length = bytes(key);
  if (length < ApiKey.MIN_LENGTH) {
    throw new InputError("invalid_key", `an API key must have at least ${ApiKey.MIN_LENGTH} bytes; this one has ${length}`);
  }
  return key;
}
