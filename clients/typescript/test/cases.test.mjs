// The cases that the clients in every language pass: clients/README.md.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { ActionLinks, ActionLinksError, ApiKey, InputError, InvokeError, RefusedError, SignedLink, Signer, verifyWebhook, WebhookError } from "@action-links/client";

import { withLambda } from "./lambda-api.mjs";

const cases = JSON.parse(readFileSync(new URL("../../cases.json", import.meta.url), "utf8"));
const KINDS = { refused: RefusedError, invoke: InvokeError, input: InputError };
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

const members = ({ url, signature, link_id, expires_at, short_url }) =>
  Object.fromEntries(Object.entries({ url, signature, link_id, expires_at, short_url }).filter(([, value]) => value !== undefined));

const isError = (kind, { code, message, retryable = false }) => (error) =>
  error instanceof ActionLinksError && error instanceof kind && error.code === code && error.retryable === retryable && error.message === (message ?? error.message);

for (const { name, text, id, error } of cases.keys) {
  test(`key: ${name}`, () => {
    if (error === undefined) return assert.equal(new ApiKey(text).id, id);
    assert.throws(() => new ApiKey(text), isError(InputError, { code: error }));
  });
}

for (const { name, key, base, now, link, error, ...expected } of cases.signing) {
  test(`signing: ${name}`, () => {
    const sign = () => new Signer(key ?? cases.defaults.key, base ?? cases.defaults.base).sign(link, now ?? cases.defaults.now);
    if (error !== undefined) return assert.throws(sign, isError(InputError, { code: error }));
    const { signature, ...signed } = members(sign());
    const { claims, ...rest } = expected;
    assert.deepEqual(signed, rest);
    assert.deepEqual(JSON.parse(Buffer.from(signature.split(".")[1], "base64url").toString()), claims);
  });
}

/** Makes the call of a case. */
async function made(links, { method, request, links: many, app_id, response, options }) {
  if (method === "sign") return members(await links.sign(request));
  if (method === "act") return links.act(request);
  if (method === "decorate") return links.decorate(response, options);
  const results = await links.signMany(many, { app_id });
  return results.map((link) => (link instanceof SignedLink ? members(link) : { error: { code: link.code, message: link.message, retryable: link.retryable } }));
}

for (const { name, client, call, exchanges, pauses, result, error } of cases.calls) {
  test(`call: ${name}`, async () => {
    const sent = [];
    let paused = 0;
    const answer = (request) => exchanges[sent.push(request) - 1].answer;
    await withLambda(answer, async (lambda) => {
      const pause = async () => void (paused += 1);
      const links = new ActionLinks({ functionName: "booking-links", appId: client?.app_id, lambda, pause });
      if (error === undefined) assert.deepEqual(await made(links, call), result);
      else await assert.rejects(made(links, call), isError(KINDS[error.kind], error));
    });
    const ids = new Set(sent.map(({ request_id }) => request_id));
    assert.ok(ids.size <= 1, "a retry has the request id of the first attempt");
    const shown = sent.map((request) => (UUID.test(request.request_id) ? { ...request, request_id: "$uuid" } : request));
    assert.deepEqual(shown, exchanges.map((exchange) => exchange.sent));
    assert.equal(paused, pauses);
  });
}

for (const { name, count, fits, too_large, short, bad = [], sent } of cases.batches) {
  test(`batch: ${name}`, async () => {
    const url = (id) => `https://links.example/v2/bookings/${id}/external_action/confirm?signature=a.b.c`;
    const sizes = [];
    const answer = ({ links }) => {
      sizes.push(links.length);
      if (links.length > fits && too_large === "request") return { status: 413, error_type: "RequestTooLargeException", body: { message: "6 MB" } };
      if (links.length > fits) return { status: 200, function_error: "Unhandled", body: { errorType: "answer_too_large", errorMessage: "6 MB" } };
      const one = ({ booking_id }) =>
        booking_id.includes(" ") ? { error: { code: "invalid_request", message: "no" } } : { url: url(booking_id), link_id: "A".repeat(22) };
      return { status: 200, body: { links: links.map(one) } };
    };
    const links = Array.from({ length: count }, (_, n) => ({ booking_id: bad.includes(n) ? `b ${n}` : `b-${n}`, action: "confirm", short }));
    const results = await withLambda(answer, (lambda) => new ActionLinks({ functionName: "booking-links", lambda }).signMany(links));
    assert.deepEqual(sizes, sent);
    assert.equal(results.length, count);
    for (const [n, result] of results.entries()) {
      if (bad.includes(n)) assert.ok(result instanceof RefusedError && result.code === "invalid_request");
      else assert.equal(result.url, url(`b-${n}`));
    }
  });
}

for (const { name, body, secret, now, max_age: maxAge, event, error } of cases.webhooks) {
  test(`webhook: ${name}`, () => {
    const verify = () => verifyWebhook(body, secret ?? cases.defaults.secret, { now, maxAge });
    if (error === undefined) assert.deepEqual(verify(), event);
    else assert.throws(verify, isError(WebhookError, { code: error }));
  });
}
