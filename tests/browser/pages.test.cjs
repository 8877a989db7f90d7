// Every page on a phone and on a desktop, light and dark, in every language and with large text:
// checked by axe-core, and for overflow. Run by tests/tools/browser.sh.
"use strict";

const assert = require("node:assert/strict");
const { after, before, test } = require("node:test");
const { NARROW, WIDE, demo, gallery, launch, launchFirefox, look, violations } = require("./support.cjs");

let local, browser, names, languages;

before(async () => {
    local = await demo();
    browser = await launch();
    ({ names, languages } = await gallery(local.base));
    assert.ok(names.length > 0 && languages.length > 0);
});

after(async () => {
    await browser?.close();
    local?.stop();
});

const url = (name, language) => `${local.base}/pages/${name}?lang=${language}`;

for (const [viewport, colorScheme, language] of [
    [NARROW, "light", "en"],
    [WIDE, "dark", "en"],
    [NARROW, "dark", "ar"],
    [WIDE, "light", "ar"],
]) {
    test(`every page is accessible: ${viewport.width} px, ${colorScheme}, ${language}`, async () => {
        const page = await (await browser.newContext({ viewport, colorScheme })).newPage();
        for (const name of names) {
            await look(page, url(name, language));
            assert.deepEqual(await violations(page), [], name);
        }
        await page.context().close();
    });
}

test("every page is accessible in Firefox", async t => {
    const firefox = await launchFirefox();
    t.after(() => firefox.close());
    const page = await firefox.newPage();
    for (const name of names) {
        await page.goto(url(name, "en"));
        assert.deepEqual(await violations(page), [], name);
    }
});

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
