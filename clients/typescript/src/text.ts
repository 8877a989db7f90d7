/** Unicode's White_Space, as in a character class. `\s` differs from it: it has U+FEFF and lacks U+0085. */
export const BLANK = "\\t-\\r \\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000";

/** How many characters (code points) a string has. */
export function characters(text: string): number {
  return [...text].length;
}

/** How many bytes a string has in UTF-8. */
export function bytes(text: string): number {
  return Buffer.byteLength(text, "utf8");
}
