// What the cases cannot say.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createRequire } from "node:module";
import { test } from "node:test";
import { inspect } from "node:util";

import { ActionLinks, ApiKey, InputError, InvokeError, RefusedError, SignedLink, Signer } from "@action-links/client";
import { FakeActionLinks, TEST_KEY } from "@action-links/client/testing";

const KEY = "test_api_key_8c1f0e2ab94d4c67a1b2c3d4e5f60718";
const BASE = "https://links.example";
const LINK = { booking_id: "b-17", action: "confirm" };

const shown = (thing) => [inspect(thing, { showHidden: true, depth: 9 }), JSON.stringify(thing), `${thing}`, JSON.stringify({ ...thing })].join();

test("a key is in no text", () => {
  for (const thing of [new ApiKey(KEY), new Signer(KEY, BASE), new Signer(new ApiKey(KEY), BASE)]) assert.doesNotMatch(shown(thing), /test_api_key/);
});

test("a token is neither inspected nor written as JSON", () => {
  const link = new Signer(KEY, BASE).sign(LINK);
  for (const text of [inspect(link), JSON.stringify(link), `${link}`, JSON.stringify({ ...link })]) assert.ok(!text.includes(link.signature.slice(0, 20)));
  assert.equal(JSON.parse(JSON.stringify(link)).link_id, link.link_id);
});

test("an error quotes nothing", async () => {
  const replies = ['{"url": "secret-token', '"secret-token"'];
  const calls = [
    () => new Signer(KEY, BASE).sign({ booking_id: "secret-token ", action: "a" }),
    () => new Signer(KEY, BASE).sign({ ...LINK, "secret-token": 1 }),
    () => new ApiKey("secret-token"),
    ...replies.map((payload) => () => new ActionLinks({ functionName: "f", transport: async () => ({ payload }) }).sign(LINK)),
    () => new ActionLinks({ functionName: "f", transport: async () => ({ payload: "secret-token", functionError: "Unhandled" }) }).sign(LINK),
  ];
  for (const call of calls) {
    await assert.rejects(async () => call(), (error) => (error instanceof InputError || error instanceof InvokeError) && !inspect(error).replace(/secret-token\.|test\/.*/g, "").includes("secret-token"));
  }
});

test("times may be dates", () => {
  const now = new Date("2026-11-23T08:00:00.999Z");
  const link = new Signer(KEY, BASE).sign({ ...LINK, expires_at: new Date("2026-11-30T08:00:00.999Z") }, now);
  assert.equal(link.url, new Signer(KEY, BASE).sign({ ...LINK, expires_in: 604800 }, Math.floor(now / 1000)).url);
  assert.equal(link.expires_at, "2026-11-30T08:00:00Z");
  assert.throws(() => new Signer(KEY, BASE).sign({ ...LINK, expires_at: new Date("never") }), InputError);
});

test("a misspelt member and other types are refused", () => {
  for (const member of [{ expire_in: 60 }, { confirm: 1 }, { expires_in: "60" }, { expires_in: NaN }, { sub: 7 }, { jti: null }, { redirect: 1 }, { sub: "\ud800" }]) {
    assert.throws(() => new Signer(KEY, BASE).sign({ ...LINK, ...member }), InputError, JSON.stringify(member));
  }
});

test("letters of Latin-1 stay letters, however often a redirect is checked", () => {
  const signer = new Signer(KEY, BASE);
  const first = signer.sign({ ...LINK, redirect: "https://müller.example/é" }, 0).url;
  for (let n = 0; n < 20_000; n += 1) assert.equal(signer.sign({ ...LINK, redirect: "https://müller.example/é" }, 0).url, first);
});

test("both kinds of modules are one implementation", () => {
  const require = createRequire(import.meta.url);
  assert.equal(require("@action-links/client").RefusedError, RefusedError);
  assert.equal(require("@action-links/client/testing").FakeActionLinks, FakeActionLinks);
});

test("signing loads no SDK, and without the SDK the message says what to install", () => {
  const program = `
    const { Module } = require("node:module");
    const { register } = require("node:module");
    register("data:text/javascript," + encodeURIComponent('export async function resolve(name, context, next) { if (name.startsWith("@aws-sdk")) throw new Error("none"); return next(name, context); }'));
    const { ActionLinks, Signer } = require("@action-links/client");
    new Signer("${KEY}", "${BASE}").sign({ booking_id: "b-17", action: "confirm" });
    new ActionLinks({ functionName: "f" }).sign({ booking_id: "b", action: "a" }).catch(({ code, message, retryable }) => console.log(code, message, retryable));`;
  const said = execFileSync(process.execPath, ["-e", program], { encoding: "utf8", cwd: new URL("..", import.meta.url) });
  assert.equal(said, "sdk_missing install @aws-sdk/client-lambda, or give `transport` false\n");
});

test("what JSON cannot hold is refused", async () => {
  await assert.rejects(new FakeActionLinks().decorate({ id: 1n }), InputError);
});

test("the fake signs links and records what was asked", async () => {
  const now = new Date("2026-11-23T00:00:00Z");
  const links = new FakeActionLinks({ appId: "salon", now: () => now });
  const link = await links.sign({ ...LINK, expires_in: 60, short: true });
  assert.equal(link.url, new Signer(TEST_KEY, BASE).sign({ ...LINK, expires_in: 60 }, now).url);
  assert.deepEqual([link.expires_at, link.short_url], ["2026-11-23T00:01:00Z", `${BASE}/l/${link.link_id.slice(0, 12)}`]);
  assert.deepEqual(links.calls, [{ operation: "sign", app_id: "salon", ...LINK, expires_in: 60, short: true }]);
  const [good, bad] = await links.signMany([LINK, { booking_id: "b 17", action: "confirm" }]);
  assert.ok(good instanceof SignedLink && bad instanceof RefusedError && bad.code === "invalid_request");
  assert.equal((await links.act({ booking_id: "b-17", action: "timeout", request_id: "1" })).state, "timeout");
});

test("the fake decorates every shape", async () => {
  const booking = { id: "b-17", price: 1 };
  const { data } = await new FakeActionLinks().decorate({ data: [booking] }, { include: ["customer_action_links", "action_links"] });
  assert.deepEqual(Object.keys(data[0].customer_action_links), ["cancel_by_customer", "reschedule_by_customer"]);
  assert.deepEqual(Object.keys(data[0].action_links), data[0].available_actions);
  assert.equal(data[0].price, 1);
  const without = await new FakeActionLinks({ linksUnavailable: "too_late" }).decorate(booking);
  assert.deepEqual(without, { ...booking, available_actions: [], customer_action_links: {}, links_unavailable: "too_late" });
});

test("the fake fails once when asked to", async () => {
  const links = new FakeActionLinks();
  for (const [fail, kind, code, retryable] of [
    [() => links.failNext("unknown_app"), RefusedError, "unknown_app", false],
    [() => links.failNext("temporarily_unavailable"), RefusedError, "temporarily_unavailable", true],
    [() => links.failNextInvoke("no_answer", true), InvokeError, "no_answer", true],
  ]) {
    fail();
    await assert.rejects(links.sign(LINK), (error) => error instanceof kind && error.code === code && error.retryable === retryable);
    await links.sign(LINK);
  }
});
