// `confirm` mode in Chromium, without scripts: what the page shows, and what its policy lets a
// press do. Run by tests/browser.sh.
"use strict";

const { spawn } = require("node:child_process");
const { createHmac } = require("node:crypto");
const { createInterface } = require("node:readline");
const assert = require("node:assert/strict");
const { after, before, test } = require("node:test");
const { setTimeout } = require("node:timers/promises");
const { chromium } = require("playwright-core");

const KEY = "test_api_key_demo_0nly_f0r_make_run_5up3rp0ubl1c";
const READING = 1000; // a person reads before pressing

let local, base, browser, page;
const errors = [];

before(async () => {
    local = spawn(process.env.LOCAL, ["--port", "0"], { stdio: ["ignore", "pipe", "inherit"] });
    for await (const line of createInterface({ input: local.stdout })) {
        base = line.match(/^Inbox: (\S+)\/ /)?.[1];
        if (base) break;
    }
    local.stdout.resume();
    browser = await chromium.launch({
        executablePath: process.env.CHROMIUM,
        args: ["--no-sandbox", "--disable-quic", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
    });
    page = await (await browser.newContext({ javaScriptEnabled: false })).newPage();
    page.on("console", message => message.type() === "error" && errors.push(message.text()));
});

after(async () => {
    await browser?.close();
    local?.kill("SIGINT");
});

function link(booking_id, action, more = {}) {
    const part = value => Buffer.from(JSON.stringify(value)).toString("base64url");
    const input = `${part({ alg: "HS256" })}.${part({ booking_id, action, confirm: true, ...more })}`;
    const mac = createHmac("sha256", KEY).update(input).digest("base64url");
    return `${base}/v2/bookings/${booking_id}/external_action/${action}?signature=${input}.${mac}`;
}

async function state(booking) {
    const headers = { authorization: `Basic ${Buffer.from(`:${KEY}`).toString("base64")}` };
    return (await (await fetch(`${base}/v2/bookings/${booking}`, { headers })).json()).data.state;
}

test("a page asks, and a press acts and goes on", async () => {
    const requests = [];
    page.on("request", request => requests.push(request.url()));
    const url = link("b-1002", "cancel");
    await page.goto(url);
    assert.equal(await page.locator("h1").innerText(), "One more click");
    assert.deepEqual(requests, [url], "the page fetches nothing");
    assert.equal(await state("b-1002"), "confirmed");
    await setTimeout(READING);
    await page.getByRole("button").click();
    await page.waitForURL(`${base}/thanks`);
    assert.equal(await state("b-1002"), "cancelled");
    await page.goto(url);
    assert.equal(await page.locator("h1").innerText(), "This link was used already");
});

test("a press that nobody can have meant asks again", async () => {
    await page.goto(link("b-1003", "cancel_by_customer"));
    await page.getByRole("button").click();
    assert.match(await page.locator("main").innerText(), /once more/);
    assert.equal(await state("b-1003"), "confirmed");
    await setTimeout(READING);
    await page.getByRole("button").click();
    await page.waitForURL(`${base}/thanks`);
    assert.equal(await state("b-1003"), "cancelled_by_customer");
});

test("a press may lead to another origin", async () => {
    const elsewhere = base.replace("127.0.0.1", "localhost") + "/thanks";
    await page.goto(link("b-1001", "decline", { redirect: elsewhere }));
    await setTimeout(READING);
    await page.getByRole("button").click();
    await page.waitForURL(elsewhere);
});

test("a press may lead to any https page", async () => {
    await page.goto(link("b-1006", "decline", { redirect: "https://shop.invalid/thanks" }));
    await setTimeout(READING);
    const failed = page.waitForEvent("requestfailed", request => request.url() === "https://shop.invalid/thanks");
    await page.getByRole("button").click({ noWaitAfter: true });
    // That there is no such host is for the network to say, not for the page's policy.
    assert.match((await failed).failure().errorText, /ERR_NAME_NOT_RESOLVED|ERR_INTERNET_DISCONNECTED|ERR_PROXY/);
});

test("the page's own style and form pass its policy", () => {
    const refused = errors.filter(text => /Content Security Policy/i.test(text));
    assert.deepEqual(refused, []);
});
