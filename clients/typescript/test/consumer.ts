// A program that uses the types. It is compiled with `tsc --strict` against the packed package, as a module of each kind.

import { ActionLinks, ActionLinksError, ApiKey, InvokeError, RefusedError, SignedLink, Signer, verifyWebhook } from "@action-links/client";
import type { Links, SignRequest, Transport } from "@action-links/client";
import { FakeActionLinks } from "@action-links/client/testing";

interface Booking {
  id: string;
  customers: { email: string }[];
}

export async function mail(links: ActionLinks, booking: Booking): Promise<string> {
  const one = await links.decorate(booking);
  const word: string | undefined = one.links_unavailable;
  const url: string | undefined = one.customer_action_links["cancel_by_customer"];
  // @ts-expect-error -- it was not asked for
  one.action_links;
  const [first] = await links.decorate([booking], { include: ["action_links", "logs"], redirect: "https://salon.example/" });
  const { data } = await links.decorate({ data: booking, total: 1 }, { include: ["action_links"], lang: "da", expires_in: 60 });
  const log: unknown[] | undefined = first?.action_log;
  return [one.customers[0]?.email, word, url, first?.action_links["cancel"], first?.id, data.id, data.action_links["cancel"], log?.length].join();
}

export async function many(links: ActionLinks, requests: SignRequest[]): Promise<string[]> {
  const results = await links.signMany(requests, { app_id: "salon" });
  return results.map((result) => (result instanceof SignedLink ? result.url : result.code));
}

export async function act(links: ActionLinks): Promise<string> {
  try {
    const { state } = await links.act({ booking_id: "b-17", action: "timeout", request_id: "1" });
    return state;
  } catch (error) {
    if (error instanceof RefusedError || error instanceof InvokeError) return `${error.code} ${error.retryable} ${error.message}`;
    throw error instanceof ActionLinksError ? error.code : error;
  }
}

const transport: Transport = async (payload) => ({ payload });
const clients: ActionLinks[] = [new FakeActionLinks({ linksUnavailable: "too_late" }), new ActionLinks({ functionName: "f", transport, appId: "salon" })];
const link: SignedLink = new Signer(new ApiKey("k".repeat(32)), "https://links.example").sign({ booking_id: "b", action: "a", expires_at: new Date() });
const seen: Links<"customer_action_links"> = { available_actions: [], customer_action_links: {} };
// @ts-expect-error -- a misspelt member would make a link that never expires
new Signer("k", "https://links.example").sign({ booking_id: "b", action: "a", expire_in: 60 });
// @ts-expect-error -- a booking is needed
void clients[0]?.sign({ action: "confirm" });
export const rest = [link.short_url, seen, verifyWebhook("{}", "s").id];
