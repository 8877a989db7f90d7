// A person clicks, presses, double-clicks, goes back and reloads, without scripts. Run by
// tests/tools/browser.sh.
"use strict";

const assert = require("node:assert/strict");
const { after, afterEach, before, test } = require("node:test");
const { createServer } = require("node:http");
const { setTimeout } = require("node:timers/promises");
const { booking, click, demo, launch, launchFirefox, link, put } = require("./support.cjs");

const READING = 1500; // a person reads before pressing
const PATIENCE = 5000; // the dwell time of an app where every press comes too soon
const PATIENT = "test_api_key_of_a_patient_business_0123456789";

let local, base, browser, page;
const errors = [];

before(async () => {
    local = await demo();
    base = local.base;
    const keys = [{ secret: PATIENT, created_at: "2026-01-01T00:00:00Z" }];
    const settings = { ask_reason: ["cancel_by_customer"], min_dwell_ms: PATIENCE, redirect_url: `${base}/thanks` };
    await put(local.dynamodb, "apps", { id: "patient", name: "Patience", keys, ...settings });
    for (const [id, app_id] of [["b-2001", "hair-by-ada"], ["b-2002", "hair-by-ada"], ["b-2005", "hair-by-ada"], ["b-2003", "patient"], ["b-2004", "patient"]]) {
        await put(local.dynamodb, "bookings", { id, app_id, graph: "instant", state: "confirmed" });
    }
    // Unknown keys cause a re-read at most once in 5 s.
    while ((await fetch(patient("b-2003"))).status === 403) await setTimeout(250);
    browser = await launch();
    page = await (await browser.newContext({ javaScriptEnabled: false })).newPage();
    page.on("console", message => message.type() === "error" && errors.push(message.text()));
});

// The policy of each page allows its own style and form.
afterEach(() => {
    const refused = errors.filter(text => /Content Security Policy/i.test(text));
    assert.deepEqual(refused, []);
});

after(async () => {
    await browser?.close();
    local?.stop();
});

const asking = (id, action, more) => link(base, id, action, { confirm: true, ...more });
const patient = id => link(base, id, "cancel_by_customer", {}, PATIENT);
const record = id => booking(base, id, PATIENT);
const heading = () => page.locator("h1").innerText();
// A page that the browser has kept is not loaded again.
const goBack = () => page.goBack({ waitUntil: "commit" });
// The business's page, with what the redirect tells of the click, if the app wants that.
const landing = url => url.pathname === "/thanks" && url.href.startsWith(base);
const clicks = async id => (await booking(base, id)).action_log?.length ?? 0;

test("a button in the inbox leads to the business's page, and going back leads to the inbox", async () => {
    await click(page, base, "b-1001", "inbox");
    await page.waitForURL(landing);
    assert.equal((await booking(base, "b-1001")).state, "confirmed");
    await goBack();
    assert.equal(await heading(), "The business’s inbox");
    await click(page, base, "b-1001", "inbox");
    assert.equal(await heading(), "The booking is confirmed");
    assert.match(await page.locator("main").innerText(), /already been used/);
    await page.reload();
    assert.equal(await clicks("b-1001"), 1);
    await page.getByRole("link", { name: "Continue" }).click();
    await page.waitForURL(landing);
});

test("a page asks, a press acts and goes on, and nothing that comes after acts again", async () => {
    const requests = [];
    page.on("request", request => requests.push(request.url()));
    const url = asking("b-1002", "cancel");
    await page.goto(url);
    assert.equal(await heading(), "Cancel the booking?");
    assert.deepEqual(requests, [url], "the page fetches nothing");
    assert.equal((await booking(base, "b-1002")).state, "confirmed");
    await setTimeout(READING);
    await page.getByRole("button").click();
    await page.waitForURL(landing);
    assert.equal((await booking(base, "b-1002")).state, "cancelled");
    // A browser may have kept the page that asks. A press says what is so.
    await goBack();
    await page.waitForURL(url);
    if ((await heading()) === "Cancel the booking?") await page.getByRole("button").click();
    await page.getByRole("heading", { name: "The booking is canceled" }).waitFor();
    await page.goto(url);
    assert.equal(await heading(), "The booking is canceled");
    assert.equal(await clicks("b-1002"), 1);
});

test("a press that comes too soon asks again, and keeps the reason", async () => {
    await page.goto(patient("b-2003"));
    assert.equal(await heading(), "Cancel the booking?");
    const reason = page.getByRole("textbox", { name: "Would you like to tell us why?" });
    await reason.fill("My dog is ill.\nHe needs <me>.");
    await page.getByRole("button").click();
    assert.match(await page.locator("main").innerText(), /once more/);
    assert.match(await page.title(), /once more/);
    assert.equal(await reason.inputValue(), "My dog is ill.\nHe needs <me>.");
    await setTimeout(PATIENCE);
    await page.getByRole("button").click();
    await page.waitForURL(landing);
    const { action_log } = await record("b-2003");
    assert.deepEqual(action_log.map(entry => entry.message), ["My dog is ill.\nHe needs <me>."]);
});

test("a page that asks again, reloaded, presses again", async () => {
    await page.goto(patient("b-2004"));
    await page.getByRole("button").click();
    assert.match(await page.locator("main").innerText(), /once more/);
    await setTimeout(PATIENCE);
    await page.reload();
    await page.waitForURL(landing);
    assert.equal((await record("b-2004")).action_log.length, 1);
});

test("a customer who cancels may give a reason, and need not", async () => {
    await click(page, base, "b-3003");
    await page.getByRole("textbox", { name: "Would you like to tell us why?" }).waitFor();
    await setTimeout(READING);
    await page.getByRole("button").click();
    await page.waitForURL(landing);
    assert.match(await page.locator("main").innerText(), /Your appointment is canceled/);
});

// What a mail scanner in a real browser does: it opens the page, waits, and presses the button.
test("a program that waits like a person and then presses acts, and one that presses at once does not", async () => {
    await page.goto(asking("b-2005", "cancel"));
    await page.getByRole("button").click();
    assert.match(await page.locator("main").innerText(), /once more/);
    assert.equal((await booking(base, "b-2005")).state, "confirmed");
    await page.goto(asking("b-2005", "cancel"));
    await setTimeout(2000);
    await page.getByRole("button").click();
    await page.waitForURL(landing);
    assert.equal((await booking(base, "b-2005")).state, "cancelled");
});

test("the inbox shows what else a link can do", async () => {
    for (const [id, title] of [["b-3001", "It is too late for this"], ["b-3002", "This link no longer works"]]) {
        await click(page, base, id);
        assert.equal(await heading(), title);
    }
    for (const outcome of ["applied", "already_used"]) {
        await click(page, base, "b-3004", "inbox");
        await page.waitForURL(landing);
        assert.match(await page.locator("aside").innerText(), new RegExp(`outcome\\s+${outcome}`));
    }
});

test("a double click is one change", async () => {
    await page.goto(asking("b-1006", "decline"));
    await setTimeout(READING);
    await page.getByRole("button").dblclick({ noWaitAfter: true });
    await page.waitForFunction(() => location.pathname === "/thanks" || document.title.startsWith("The booking is declined"));
    assert.equal((await booking(base, "b-1006")).state, "declined");
    assert.equal(await clicks("b-1006"), 1);
});

test("a press by keyboard acts, and one sees where one is", async () => {
    await page.goto(asking("b-1004", "pay"));
    // The name at the top leads to the business.
    await page.keyboard.press("Tab");
    await page.keyboard.press("Tab");
    const button = page.getByRole("button");
    assert.equal(await button.evaluate(button => button === document.activeElement), true);
    assert.notEqual(await button.evaluate(button => getComputedStyle(button).outlineStyle), "none");
    await setTimeout(READING);
    await page.keyboard.press("Enter");
    await page.waitForURL(landing);
});

test("a press may lead to another origin", async () => {
    const elsewhere = base.replace("127.0.0.1", "localhost") + "/thanks";
    await page.goto(asking("b-2001", "cancel", { redirect: elsewhere }));
    await setTimeout(READING);
    await page.getByRole("button").click();
    await page.waitForURL(url => url.href.startsWith(elsewhere));
});

// A page's `form-action` is applied to every redirect that follows a form, so an answer to a form is none.
for (const [name, start] of [["Chromium", async () => browser], ["Firefox", launchFirefox]]) {
    test(`a press leads to a landing page that goes on anywhere, in ${name}`, async () => {
        const hops = ["salonapp://open", "http://elsewhere.invalid/app", "mailto:ada@hairbyada.example"];
        const landed = [];
        const landing = createServer((request, response) => {
            landed.push(request.url);
            response.writeHead(302, { location: hops[Number(request.url[1])] }).end();
        });
        await new Promise(resolve => landing.listen(0, "localhost", resolve));
        const person = await start();
        const refused = [];
        try {
            for (const hop of hops.keys()) {
                const id = `b-hop-${name}-${hop}`;
                await put(local.dynamodb, "bookings", { id, app_id: "hair-by-ada", graph: "instant", state: "confirmed" });
                const redirect = `http://localhost:${landing.address().port}/${hop}`;
                const window = await person.newPage();
                window.on("console", message => /form-action|Content.Security/i.test(message.text()) && refused.push(message.text()));
                await window.goto(asking(id, "cancel", { redirect }));
                await setTimeout(READING);
                const asked = landed.length;
                await window.click("button");
                for (let waited = 0; landed.length === asked && waited < 5000; waited += 50) await setTimeout(50);
                assert.equal(landed.at(-1).split("?")[0], `/${hop}`, window.url());
                await setTimeout(200);
                // Wherever the landing page led, the customer is not left on a question that is answered.
                // Read together, since the page may still be leaving.
                const read = () => window.evaluate(() => [location.href, document.querySelector("h1")?.innerText]);
                const [at, title] = await read().catch(read);
                if (at.startsWith(base)) assert.equal(title, "The booking is canceled");
                assert.equal((await booking(base, id)).state, "cancelled");
            }
            assert.deepEqual(refused, []);
        } finally {
            landing.close();
            if (person !== browser) await person.close();
        }
    });
}

test("a press may lead to any https page", async () => {
    await page.goto(asking("b-2002", "cancel", { redirect: "https://shop.invalid/thanks" }));
    await setTimeout(READING);
    const failed = page.waitForEvent("requestfailed", request => request.url().startsWith("https://shop.invalid/thanks?"));
    await page.getByRole("button").click({ noWaitAfter: true });
    // The request must fail at the network, because there is no such host, and not at the page's policy.
    assert.match((await failed).failure().errorText, /ERR_NAME_NOT_RESOLVED|ERR_INTERNET_DISCONNECTED|ERR_PROXY/);
});
