// The demo itself: its tabs, its first click, and every page of it by axe-core, light and dark, narrow and wide.
// Run by tests/tools/browser.sh.
"use strict";

const assert = require("node:assert/strict");
const { after, before, test } = require("node:test");
const { NARROW, WIDE, demo, launch, overflow, violations } = require("./support.cjs");

let local, base, browser;

before(async () => {
    local = await demo();
    base = local.base;
    browser = await launch();
});

after(async () => {
    await browser?.close();
    local?.stop();
});

const open = async options => (await browser.newContext({ javaScriptEnabled: false, ...options })).newPage();
const tab = page => page.locator(".tabs [aria-current=page]").innerText();
const subject = page => page.locator("#subject").innerText();
// A page that the browser has kept is not loaded again.
const goBack = page => page.goBack({ waitUntil: "commit" });
const area = (page, name) => page.getByRole("navigation", { name });

for (const [viewport, colorScheme] of [[WIDE, "light"], [NARROW, "dark"], [NARROW, "light"], [WIDE, "dark"]]) {
    test(`every page of the demo is accessible and fits: ${viewport.width} px, ${colorScheme}`, async () => {
        // axe-core is a script.
        const page = await open({ viewport, colorScheme, javaScriptEnabled: true });
        const check = async (name, without = []) => {
            assert.deepEqual(await violations(page, {}, without), [], name);
            assert.ok(await overflow(page) <= 0, `${name} overflows`);
        };
        for (const path of ["/", "/phone", "/?mail=b-1004", "/phone?mail=b-1003", "/phone?mail=b-4005", "/pages", "/debug", "/events", "/thanks",
            "/thanks?booking_id=b-1002&action=cancel_by_customer&state=x&outcome=applied"]) {
            await page.goto(base + path);
            await check(path);
        }
        await page.goto(`${base}/debug`);
        await page.getByRole("button", { name: "Without its end" }).click();
        await check("an inspection");
        await page.goto(`${base}/docs`);
        await page.waitForSelector(".opblock-summary-path");
        await check("/docs", ["#swagger-ui"]); // is not ours
        await page.context().close();
    });
}

test("the first three clicks tell the story, and mark what has changed", async () => {
    for (const viewport of [WIDE, NARROW]) {
        const story = await demo();
        const page = await open({ viewport });
        try {
            await page.goto(story.base);
            // On a phone, a mail is opened first, as in its mail program.
            if (viewport === NARROW) await page.getByRole("link", { name: "Start here" }).click();
            await page.getByRole("link", { name: "Confirm", exact: true }).click();
            assert.equal(await page.locator("h1").innerText(), "Grace’s appointment is confirmed");
            await page.getByRole("link", { name: "Back to the inbox" }).click();
            assert.match(await page.getByRole("status").innerText(), /Grace’s appointment is confirmed · (just now|\d+ s ago)/);
            assert.match(await page.locator(".reader .state").innerText(), /^Just changed: Confirmed/);
            await page.getByRole("link", { name: "See Grace’s phone" }).click();
            assert.equal(await tab(page), "The customer’s phone");
            assert.equal(await subject(page), "Your appointment is confirmed: Cut and colour");
            assert.deepEqual(await page.locator(".buttons a").allInnerTexts(), ["Reschedule", "Cancel"]);
        } finally {
            await page.context().close();
            story.stop();
        }
    }
});

test("each tab and each mail is a page, by keyboard too, and going back leads to the one before", async () => {
    const page = await open({ viewport: WIDE });
    await page.goto(base);
    assert.equal(await tab(page), "The business’s inbox");
    await area(page, "Messages").getByRole("link", { name: "The customer’s phone" }).focus();
    await page.keyboard.press("Enter");
    await page.waitForURL(`${base}/phone`);
    assert.equal(await tab(page), "The customer’s phone");
    await page.getByRole("link", { name: /Katherine.*Wash and cut/s }).click();
    assert.equal(await subject(page), "Your appointment is confirmed: Wash and cut");
    assert.match(await page.locator(".mails [aria-current]").innerText(), /Wash and cut/);
    await goBack(page);
    assert.notEqual(await subject(page), "Your appointment is confirmed: Wash and cut");
    await goBack(page);
    assert.equal(await tab(page), "The business’s inbox");
    await area(page, "Demo").getByRole("link", { name: "Pages" }).click();
    assert.equal(await page.locator("h1").innerText(), "Pages");
    await page.context().close();
});

test("a link that a keyboard reaches is marked, and the first one skips the navigation", async () => {
    const page = await open({ viewport: WIDE });
    await page.goto(base);
    await page.keyboard.press("Tab");
    const focused = page.locator(":focus");
    assert.equal(await focused.innerText(), "Skip to the content");
    assert.notEqual(await focused.evaluate(link => getComputedStyle(link).outlineStyle), "none");
    await page.keyboard.press("Enter");
    await page.keyboard.press("Tab");
    assert.ok(await focused.evaluate(link => document.querySelector("main").contains(link)));
    await page.context().close();
});

test("on a phone the list and the open mail are one screen each", async () => {
    const page = await open({ viewport: NARROW });
    await page.goto(`${base}/phone`);
    assert.equal(await page.locator(".reader").isVisible(), false);
    await page.getByRole("link", { name: /Alan.*Beard trim/s }).click();
    assert.equal(await page.locator(".folder").isVisible(), false);
    await page.getByRole("link", { name: "All messages" }).click();
    assert.equal(await page.locator(".folder").isVisible(), true);
    await page.context().close();
});
