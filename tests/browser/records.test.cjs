// Pages of apps and bookings with awkward colours and hostile texts. Run by tests/tools/browser.sh.
"use strict";

const assert = require("node:assert/strict");
const { after, before, test } = require("node:test");
const { setTimeout } = require("node:timers/promises");
const { NARROW, WIDE, demo, launch, link, look, put, violations } = require("./support.cjs");

let local, browser;

const colors = ["#000000", "#ffffff", "#ffd400", "#767676", "#1a73e8", "#ff0000"];
const worst = {
    long: "Donaudampfschifffahrtsgesellschaftskapitän".repeat(120),
    emoji: "👩‍🔬🏳️‍🌈".repeat(600),
    marks: "Z\u0351\u036b\u0343\u036a\u0302\u036b\u033d\u034f".repeat(500),
    backwards: "\u202eesrever ni\u202c \u2067שלום\u2069 \u202e",
    markup: "</title></style><script>document.title='hacked'</script><h1>x</h1>\"'><img src=//evil.example/x>",
};
const key = id => `test_api_key_of_a_daring_business_${id}`;
const own = (id, action) => link(local.base, `b-${id}`, action, {}, key(id));

async function dare(id, name, settings, more) {
    const keys = [{ secret: key(id), created_at: "2026-01-01T00:00:00Z" }];
    await put(local.dynamodb, "apps", { id, name, keys, click_mode: "confirm", ...settings });
    await put(local.dynamodb, "bookings", { id: `b-${id}`, app_id: id, graph: "instant", state: "confirmed", ...more });
}

before(async () => {
    local = await demo();
    browser = await launch();
    for (const color of colors) await dare(color.slice(1), "Colours", { brand_color: color }, {});
    for (const [id, text] of Object.entries(worst)) {
        const event_info = { what: text, where: text };
        const settings = { support_email: `${"x".repeat(200)}@ada.example` };
        await dare(id, text, settings, { starts_at: text, attributes: { event_info } });
    }
    // Unknown keys cause a re-read at most once in 5 s.
    while ((await fetch(own("long", "cancel"))).status === 403) await setTimeout(250);
});

after(async () => {
    await browser?.close();
    local?.stop();
});

test("no colour of an app's makes its button unreadable", async () => {
    for (const colorScheme of ["light", "dark"]) {
        const page = await (await browser.newContext({ viewport: NARROW, colorScheme })).newPage();
        for (const color of colors) {
            await look(page, own(color.slice(1), "cancel"));
            await page.getByRole("button").waitFor();
            assert.deepEqual(await violations(page), [], `${color}, ${colorScheme}`);
        }
        await page.context().close();
    }
});

test("the worst that a record can hold breaks no page", async () => {
    for (const viewport of [NARROW, WIDE]) {
        const page = await (await browser.newContext({ viewport })).newPage();
        for (const id of Object.keys(worst)) {
            for (const [action, heading] of [["cancel", "Cancel the booking?"], ["decline", "This is not possible now"]]) {
                await look(page, own(id, action));
                assert.equal(await page.locator("h1").innerText(), heading);
                assert.ok((await page.title()).startsWith(heading));
                assert.deepEqual(await violations(page), [], id);
            }
        }
        await page.context().close();
    }
});
