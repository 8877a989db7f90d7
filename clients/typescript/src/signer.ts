import { createHash } from "node:crypto";

import { checkedClaims, type UnsignedLink } from "./claims.js";
import { InputError } from "./errors.js";
import { type ApiKey, keyOf, mac } from "./key.js";
import { SignedLink } from "./link.js";
import { checkedBase } from "./redirect.js";

/** The most bytes of a token. */
const MAX_TOKEN = 4096;

/**
 * Signs links offline: no network, no SDK. It does not read an app's settings; so a link without `expires_in` never
 * expires, and a revoked key is not noticed.
 *
 * ```ts
 * const signer = new Signer(process.env.ACTION_LINKS_API_KEY!, "https://links.salon.example");
 * const { url } = signer.sign({ booking_id: "b-17", action: "confirm", expires_in: 7 * 24 * 3600 });
 * ```
 */
export class Signer {
  readonly #key: ApiKey;
  /** The start of the links, without a slash at its end. */
  readonly base: string;

  /**
   * @param key The API key, or its text as a key file holds it.
   * @param base The start of every link: `https://links.salon.example`, with a stage or a base path if there is one.
   * @throws {InputError} `invalid_key` or `invalid_base_url`.
   */
  constructor(key: ApiKey | string, base: string) {
    this.#key = keyOf(key);
    this.base = checkedBase(base);
  }

  /** The id of the key that signs: the `kid` of the links. */
  get keyId(): string {
    return this.#key.id;
  }

  /**
   * Signs one link. Links that are signed in different seconds are different links.
   *
   * @param now The time of issue (`iat`): a date, or seconds since 1970. By default, the clock's.
   * @throws {InputError} `invalid_request`, `redirect_not_allowed`, or `link_too_long` (a token over 4,096 bytes).
   */
  sign(link: UnsignedLink, now: Date | number = new Date()): SignedLink {
    const claims = checkedClaims(link, now);
    const header = `{"typ":"JWT","alg":"HS256","kid":"${this.#key.id}"}`;
    const input = `${base64url(header)}.${base64url(JSON.stringify(claims))}`;
    const signature = `${input}.${mac(this.#key, input)}`;
    if (signature.length > MAX_TOKEN) throw new InputError("link_too_long", `the token is longer than ${MAX_TOKEN} bytes`);
    return new SignedLink({
      url: `${this.base}/v2/bookings/${claims.booking_id}/external_action/${claims.action}?signature=${signature}`,
      signature,
      link_id: createHash("sha256").update(input).digest("base64url").slice(0, 22),
      expires_at: claims.exp === undefined ? undefined : new Date(claims.exp * 1000).toISOString().replace(".000Z", "Z"),
    });
  }
}

function base64url(text: string): string {
  return Buffer.from(text, "utf8").toString("base64url");
}
