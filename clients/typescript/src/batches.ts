import { ActionLinksError } from "./errors.js";

/** The most links in one invocation, and of those that also get a short one. */
const MAX_LINKS = 10_000;
const MAX_SHORT_LINKS = 1_000;

/** The answer, or the request, is over Lambda's 6 MB. */
const TOO_LARGE = ["answer_too_large", "RequestEntityTooLargeException", "RequestTooLargeException"];

/**
 * Calls `sign` with the links in batches, in order, and returns what it returns, in order. A batch that is too large is
 * halved, and so are those that follow.
 */
export async function inBatches<L extends { short?: boolean | undefined }, R>(links: readonly L[], sign: (batch: L[]) => Promise<R[]>): Promise<R[]> {
  const results: R[] = [];
  let size = links.some((link) => link.short) ? MAX_SHORT_LINKS : MAX_LINKS;
  while (results.length < links.length) {
    const batch = links.slice(results.length, results.length + size);
    try {
      for (const result of await sign(batch)) results.push(result);
    } catch (error) {
      if (batch.length < 2 || !(error instanceof ActionLinksError) || !TOO_LARGE.includes(error.code)) throw error;
      size = Math.ceil(batch.length / 2);
    }
  }
  return results;
}
