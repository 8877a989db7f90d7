// The viewer of openapi.yaml: it shows every operation, and asks nobody but this machine.
"use strict";

const assert = require("node:assert/strict");
const { test } = require("node:test");
const { demo, launch } = require("./support.cjs");

test("the API is shown without a request to anybody else", async t => {
    const { base, stop } = await demo();
    t.after(stop);
    const browser = await launch();
    t.after(() => browser.close());
    const page = await browser.newPage();
    const others = [];
    page.on("request", request => {
        if (!request.url().startsWith(base) && !/^(data|blob):/.test(request.url())) others.push(request.url());
    });
    await page.goto(`${base}/docs`);
    await page.waitForSelector(".opblock-summary-path");
    const shown = await page.locator(".opblock-summary-description").allTextContents();
    assert.deepEqual(shown.sort(), [
        "Never acts", "Never acts", "One booking of the app", "Opens a link", "Opens a short link",
        "Presses the button of a page that asks", "Presses the button of a page that asks",
        "The app's bookings, the newest first", "The booking as a calendar file", "The headers of the booking",
        "The headers of the list",
    ]);
    assert.equal(await page.locator(".errors-wrapper").count(), 0);
    assert.deepEqual(others, []);
});
