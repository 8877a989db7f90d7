// What comes after the click: undo, a moved booking, a new link, the events. Run by
// tests/tools/browser.sh.
"use strict";

const assert = require("node:assert/strict");
const { after, before, test } = require("node:test");
const { setTimeout } = require("node:timers/promises");
const { booking, click, demo, launch, link, put } = require("./support.cjs");

const READING = 1500; // a person reads before pressing
const SCHOOL = "test_api_key_demo_of_the_school_also_public_0123";

let local, base, browser, context, page;

before(async () => {
    local = await demo();
    base = local.base;
    for (const id of ["b-5001", "b-5002", "b-5003", "b-5004"]) await put(local.dynamodb, "bookings", record(id, "confirmed"));
    browser = await launch();
    context = await browser.newContext({ javaScriptEnabled: false });
    page = await context.newPage();
});

after(async () => {
    await browser?.close();
    local?.stop();
});

const record = (id, state) => ({ id, app_id: "ada-school", graph: "confirm_decline", state });
const cancel = id => link(base, id, "cancel_by_customer", {}, SCHOOL);
const read = id => booking(base, id, SCHOOL);
const heading = (of = page) => of.locator("h1").innerText();
const undo = (of = page) => of.getByRole("button", { name: "Undo" });

const open = id => click(page, base, id);

test("a click is undone from its page, and going back does not bring it back", async () => {
    await open("b-4001");
    assert.equal(await heading(), "The booking is canceled");
    await setTimeout(READING);
    await undo().click();
    assert.equal(await heading(), "It was undone");
    assert.equal((await read("b-4001")).state, "confirmed");
    await page.goBack();
    assert.equal(await heading(), "Nothing was changed");
    assert.match(await page.locator("dl").innerText(), /Undone/);
    assert.equal(await undo().count(), 0);
    await page.reload();
    const { state, action_log } = await read("b-4001");
    assert.deepEqual([state, action_log.map(entry => entry.action)], ["confirmed", ["cancel_by_customer", "undo"]]);
});

test("of two pages with the button, one undoes and the other says that it is too late", async () => {
    const other = await context.newPage();
    await page.goto(cancel("b-5001"));
    await other.goto(cancel("b-5001"));
    assert.match(await other.locator("main").innerText(), /already been used/);
    await setTimeout(READING);
    await undo(other).click();
    assert.equal(await heading(other), "It was undone");
    await undo().click();
    assert.equal(await heading(), "This can no longer be undone");
    assert.equal((await read("b-5001")).action_log.length, 2);
    await other.close();
});

test("a double click undoes once, and a press by keyboard undoes, too", async () => {
    await page.goto(cancel("b-5002"));
    await setTimeout(READING);
    await undo().dblclick({ noWaitAfter: true });
    await page.waitForFunction(() => !document.title.startsWith("The booking is canceled"));
    assert.equal((await read("b-5002")).action_log.length, 2);
    await page.goto(cancel("b-5003"));
    await setTimeout(READING);
    await undo().focus();
    await page.keyboard.press("Enter");
    await page.waitForFunction(() => document.title.startsWith("It was undone"));
});

test("a press that comes at once is asked for again, and nothing is undone that the owner has changed", async () => {
    await page.goto(cancel("b-5004"));
    await undo().click();
    assert.match(await page.locator("main").innerText(), /once more/);
    assert.equal((await read("b-5004")).state, "cancelled_by_customer");
    await put(local.dynamodb, "bookings", { ...record("b-5004", "completed") });
    await setTimeout(READING);
    await undo().click();
    assert.equal(await heading(), "This can no longer be undone");
    assert.equal((await read("b-5004")).state, "completed");
});

test("the page of a moved booking's link cancels the new appointment by its button", async () => {
    await open("b-4002");
    assert.equal(await heading(), "The booking was moved");
    assert.equal((await read("b-4003")).state, "confirmed");
    await setTimeout(READING);
    await page.getByRole("button", { name: "Cancel the new appointment instead" }).click();
    assert.equal(await heading(), "The booking is canceled");
    assert.equal((await read("b-4003")).state, "cancelled_by_customer");
    assert.equal((await read("b-4002")).state, "rescheduled_by_customer");
});

test("an expired link's page asks the business for a new one, once", async () => {
    await setTimeout(1000); // the link expires a second after the demo has begun
    await open("b-4004");
    assert.equal(await heading(), "This link has expired");
    await setTimeout(READING);
    await page.getByRole("button", { name: "Send me a new link" }).click();
    assert.equal(await heading(), "Your request was passed on");
    assert.match((await read("b-4004")).link_requested_at, /Z$/);
    await page.reload();
    assert.equal(await heading(), "A new link has already been requested");
});

test("the demo shows the events, the newest first", async () => {
    await page.goto(`${base}/`);
    await page.getByRole("link", { name: "Events" }).click();
    const events = await page.locator("article.event").allInnerTexts();
    assert.match(events[0], /Action Link Requested[\s\S]*"booking_id": "b-4004"/);
    assert.ok(events.some(text => /Booking Action Undone[\s\S]*"from": "cancelled_by_customer"/.test(text)));
    assert.ok(events.some(text => /Booking Action Taken/.test(text)));
    assert.doesNotMatch(events.join(), /signature|stamp|eyJ/);
});
