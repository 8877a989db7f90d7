/**
 * One-time action links for bookings: sign them offline, ask `booking-links` for them, verify webhooks.
 *
 * @packageDocumentation
 */

export type { UnsignedLink } from "./claims.js";
export { ActionLinks, type ActionLinksOptions } from "./client.js";
export { ActionLinksError, InputError, InvokeError, RefusedError, WebhookError } from "./errors.js";
export { ApiKey } from "./key.js";
export { SignedLink } from "./link.js";
export type { ActReply, ActRequest, Decorated, DecorateOptions, Include, Links, SignRequest } from "./requests.js";
export { Signer } from "./signer.js";
export type { Answer, LambdaClientLike, Transport } from "./transport.js";
export { verifyWebhook, type WebhookEvent, type WebhookOptions } from "./webhook.js";
