// Every page, looked at: on a phone and on a desktop, light and dark, in every language, with
// large text, and with the worst that a record can hold; by axe-core, and for what sticks out.
// Run by tests/browser.sh.
"use strict";

const assert = require("node:assert/strict");
const { after, before, test } = require("node:test");
const axe = require("axe-core");
const { demo, launch, link, put } = require("./support.cjs");

const NARROW = { width: 320, height: 640 };
const WIDE = { width: 1280, height: 800 };

let local, browser, names, languages;

before(async () => {
    local = await demo();
    browser = await launch();
    const overview = await (await fetch(`${local.base}/pages`)).text();
    names = [...overview.matchAll(/href="\/pages\/(\w+)\?/g)].map(([, name]) => name);
    languages = [...overview.matchAll(/href="\/pages\?lang=(\w+)"/g)].map(([, tag]) => tag);
    assert.ok(names.length >= 16 && languages.length >= 9, `${names} ${languages}`);
});

after(async () => {
    await browser?.close();
    local?.stop();
});

const url = (name, language) => `${local.base}/pages/${name}?lang=${language}`;

// Opens a page that fetches nothing and that nothing sticks out of.
async function look(page, url) {
    const others = [];
    const note = request => request.url() !== url && others.push(request.url());
    page.on("request", note);
    await page.goto(url);
    page.off("request", note);
    assert.deepEqual(others, [], url);
    const [inside, outside] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
    assert.ok(inside <= outside, `${url}: ${inside} px wide in a window of ${outside}`);
}

// What axe-core has to say, contrast included.
async function violations(page) {
    await page.evaluate(axe.source);
    const { violations, incomplete } = await page.evaluate(() => globalThis.axe.run());
    const unsure = incomplete.filter(rule => rule.id === "color-contrast");
    return [...violations, ...unsure].map(rule => `${rule.id}: ${rule.nodes.map(node => node.html).join(" ")}`);
}

for (const [viewport, colorScheme, language] of [
    [NARROW, "light", "en"],
    [WIDE, "dark", "en"],
    [NARROW, "dark", "ar"],
    [WIDE, "light", "ar"],
]) {
    test(`every page is for everybody: ${viewport.width} px, ${colorScheme}, ${language}`, async () => {
        const page = await (await browser.newContext({ viewport, colorScheme })).newPage();
        for (const name of names) {
            await look(page, url(name, language));
            assert.deepEqual(await violations(page), [], name);
        }
        await page.context().close();
    });
}

test("every page fits a small phone in every language", async () => {
    const page = await (await browser.newContext({ viewport: NARROW })).newPage();
    for (const language of languages) {
        for (const name of names) await look(page, url(name, language));
    }
    await page.context().close();
});

test("every page fits a small phone whose text is twice as large", async t => {
    const large = await launch("--blink-settings=defaultFontSize=32");
    t.after(() => large.close());
    const page = await (await large.newContext({ viewport: NARROW })).newPage();
    for (const language of ["en", "de", "ar"]) {
        for (const name of names) await look(page, url(name, language));
    }
    const size = await page.locator("h1").evaluate(heading => parseFloat(getComputedStyle(heading).fontSize));
    assert.ok(size >= 40, `the text is as large as was asked for: ${size} px`);
});

test("no colour of an app's makes its button unreadable", async () => {
    const key = color => `test_api_key_of_a_colourful_business_${color.slice(1)}`;
    const colors = ["#000000", "#ffffff", "#ffd400", "#767676", "#1a73e8", "#ff0000"];
    for (const color of colors) {
        const keys = [{ secret: key(color), created_at: "2026-01-01T00:00:00Z" }];
        await put(local.dynamodb, "apps", { id: color.slice(1), name: "Colours", keys, brand_color: color, click_mode: "confirm" });
        await put(local.dynamodb, "bookings", { id: `b-${color.slice(1)}`, app_id: color.slice(1), graph: "instant", state: "confirmed" });
    }
    for (const colorScheme of ["light", "dark"]) {
        const page = await (await browser.newContext({ viewport: NARROW, colorScheme })).newPage();
        for (const color of colors) {
            await look(page, link(local.base, `b-${color.slice(1)}`, "cancel", {}, key(color)));
            await page.getByRole("button").waitFor();
            assert.deepEqual(await violations(page), [], `${color}, ${colorScheme}`);
        }
        await page.context().close();
    }
});

test("the worst that a record can hold breaks no page", async () => {
    const worst = {
        long: "Donaudampfschifffahrtsgesellschaftskapitän".repeat(120),
        emoji: "👩‍🔬🏳️‍🌈".repeat(600),
        marks: "Z\u0351\u036b\u0343\u036a\u0302\u036b\u033d\u034f".repeat(500),
        backwards: "\u202eesrever ni\u202c \u2067שלום\u2069 \u202e",
        markup: "</title></style><script>document.title='hacked'</script><h1>x</h1>\"'><img src=//evil.example/x>",
    };
    const key = name => `test_api_key_of_the_worst_business_${name}`;
    for (const [name, text] of Object.entries(worst)) {
        const keys = [{ secret: key(name), created_at: "2026-01-01T00:00:00Z" }];
        await put(local.dynamodb, "apps", { id: name, name: text, keys, click_mode: "confirm", support_email: `${"x".repeat(200)}@ada.example` });
        await put(local.dynamodb, "bookings", {
            id: `b-${name}`, app_id: name, graph: "instant", state: "confirmed", starts_at: text,
            attributes: { event_info: { what: text, where: text } },
        });
    }
    for (const viewport of [NARROW, WIDE]) {
        const page = await (await browser.newContext({ viewport })).newPage();
        for (const name of Object.keys(worst)) {
            for (const action of ["cancel", "decline"]) {
                await look(page, link(local.base, `b-${name}`, action, {}, key(name)));
                assert.equal(await page.locator("h1").count(), 1);
                assert.notEqual(await page.title(), "hacked");
                assert.deepEqual(await violations(page), [], name);
            }
        }
        await page.context().close();
    }
});
