/**
 * A signed link. The members with the token (`url`, `signature`, `short_url`) are not enumerable, so that no log has
 * them: neither `console.log` nor `JSON.stringify` shows them. Take them by their names.
 */
export class SignedLink {
  /** The whole link, ASCII. */
  declare readonly url: string;
  /** The JWT in it. */
  declare readonly signature: string;
  /** The short link, if `short` asked for one. */
  declare readonly short_url?: string;
  /** The link's id: 22 characters, which the booking's log has once the link has been used. */
  readonly link_id: string;
  /** When the link expires (RFC 3339, UTC), if it does. */
  readonly expires_at?: string;

  /** For tests and for other transports. Links come from `sign`. */
  constructor(link: { url: string; signature: string; link_id: string; expires_at?: string | undefined; short_url?: string | undefined }) {
    this.link_id = link.link_id;
    if (link.expires_at !== undefined) this.expires_at = link.expires_at;
    for (const name of ["url", "signature", "short_url"] as const) {
      if (link[name] !== undefined) Object.defineProperty(this, name, { value: link[name] });
    }
  }
}
