// Starts the demo, Chromium and Firefox.
"use strict";

const assert = require("node:assert/strict");
const { spawn } = require("node:child_process");
const { createHash, createHmac } = require("node:crypto");
const { createInterface } = require("node:readline");
const axe = require("axe-core");
const { chromium } = require("playwright-core");
const puppeteer = require("puppeteer-core");

const NARROW = { width: 320, height: 640 };
const WIDE = { width: 1280, height: 800 };

const KEY = "test_api_key_demo_0nly_f0r_make_run_5up3rp0ubl1c";

// Starts `local` on a free port. Returns its address, that of its DynamoDB, and how to stop it.
async function demo() {
    const local = spawn(process.env.LOCAL, ["--port", "0"], { stdio: ["ignore", "pipe", "inherit"] });
    let base, dynamodb;
    for await (const line of createInterface({ input: local.stdout })) {
        dynamodb ??= line.match(/DynamoDB +(\S+)/)?.[1];
        base = line.match(/^Inbox: (\S+)\/ /)?.[1];
        if (base) break;
    }
    local.stdout.resume();
    return { base, dynamodb, stop: () => local.kill("SIGINT") };
}

// The names of the pages in the gallery, and their languages.
async function gallery(base) {
    const overview = await (await fetch(`${base}/pages`)).text();
    return {
        names: [...overview.matchAll(/href="\/pages\/(\w+)\?/g)].map(([, name]) => name),
        languages: [...overview.matchAll(/href="\/pages\?lang=([\w-]+)"/g)].map(([, tag]) => tag),
    };
}

function launch(...args) {
    const quiet = ["--disable-quic", "--disable-background-networking", "--disable-component-update", "--disable-sync"];
    // The driver switches the back/forward cache off, which people have.
    const ignoreDefaultArgs = ["--disable-back-forward-cache"];
    return chromium.launch({ executablePath: process.env.CHROMIUM, args: ["--no-sandbox", ...quiet, ...args], ignoreDefaultArgs });
}

// Firefox as it is installed, which Playwright cannot drive.
function launchFirefox() {
    return puppeteer.launch({ browser: "firefox", executablePath: process.env.FIREFOX });
}

// A link as a business signs it.
function link(base, booking_id, action, more = {}, key = KEY) {
    const part = value => Buffer.from(JSON.stringify(value)).toString("base64url");
    const kid = createHash("sha256").update(key).digest("hex").slice(0, 16);
    const input = `${part({ alg: "HS256", kid })}.${part({ booking_id, action, ...more })}`;
    const mac = createHmac("sha256", key).update(input).digest("base64url");
    return `${base}/v2/bookings/${booking_id}/external_action/${action}?signature=${input}.${mac}`;
}

async function booking(base, id, key = KEY) {
    const headers = { authorization: `Basic ${Buffer.from(`:${key}`).toString("base64")}` };
    return (await (await fetch(`${base}/v2/bookings/${id}?include=logs`, { headers })).json()).data;
}

// Writes a record: texts, numbers, lists and objects.
async function put(dynamodb, table, record) {
    const value = of =>
        typeof of === "string" ? { S: of }
        : typeof of === "number" ? { N: String(of) }
        : Array.isArray(of) ? { L: of.map(value) }
        : { M: Object.fromEntries(Object.entries(of).map(([name, of]) => [name, value(of)])) };
    const headers = {
        "content-type": "application/x-amz-json-1.0",
        "x-amz-target": "DynamoDB_20120810.PutItem",
        authorization: "AWS4-HMAC-SHA256 Credential=local/20260101/eu-west-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0",
        "x-amz-date": "20260101T000000Z",
    };
    const body = JSON.stringify({ TableName: table, Item: value(record).M });
    const answer = await fetch(dynamodb, { method: "POST", headers, body });
    if (!answer.ok) throw new Error(await answer.text());
}

// Clicks the button of a mail of the demo: of the business's, or the customer's.
async function click(page, base, id, tab = "phone") {
    await page.goto(`${base}/${tab === "phone" ? tab : ""}?mail=${id}`);
    await page.locator(`.buttons a[href*='${id}/external_action']`).first().click();
}

// Opens a page, and checks that it loads nothing else and nothing overflows.
async function look(page, url) {
    const others = [];
    const note = request => request.url() !== url && others.push(request.url());
    page.on("request", note);
    await page.goto(url);
    page.off("request", note);
    assert.deepEqual(others, [], url);
    const more = await overflow(page);
    assert.ok(more <= 0, `${url} is ${more} px wider than its window`);
}

// By how much a page is wider than its window, in pixels.
function overflow(page) {
    return page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
}

// axe-core's findings, contrast included, in all of the page but the part `without`.
async function violations(page, options = {}, without = []) {
    await page.evaluate(axe.source);
    const run = ([options, exclude]) => globalThis.axe.run({ exclude }, options);
    const { violations, incomplete } = await page.evaluate(run, [options, without]);
    const unsure = incomplete.filter(rule => rule.id === "color-contrast");
    return [...violations, ...unsure].map(rule => `${rule.id}: ${rule.nodes.map(node => node.html).join(" ")}`);
}

module.exports = { NARROW, WIDE, booking, click, demo, gallery, launch, launchFirefox, link, look, overflow, put, violations };
