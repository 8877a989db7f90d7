// The mails of docs/mail in the views of mail programs: legible, dark where they should be, and no wider than the screen.
"use strict";

const assert = require("node:assert/strict");
const { after, before, test } = require("node:test");
const { LONG, MAILS } = require("../mail/samples.cjs");
const { VIEWS, show } = require("./mails.cjs");
const { NARROW, WIDE, launch, violations } = require("./support.cjs");

const DARK = ["dark", "outlook_dark", "inverted", "partly_inverted"];
// A mail is a part of its program's page, which has the landmarks.
const WCAG = { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] };

let browser;
before(async () => { browser = await launch(); });
after(() => browser.close());

for (const mail of MAILS) {
    test(`${mail}: axe finds nothing in any view, contrast included`, async () => {
        for (const view of Object.keys(VIEWS)) {
            const page = await show(browser, mail, view, { viewport: WIDE });
            assert.deepEqual(await violations(page, WCAG), [], view);
            await page.context().close();
        }
    });

    test(`${mail}: the longest names fit on the narrowest phone`, async () => {
        for (const view of Object.keys(VIEWS).filter(view => view !== "word")) {
            const page = await show(browser, mail, view, { viewport: NARROW, facts: LONG });
            assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), NARROW.width, view);
            await page.context().close();
        }
    });

    test(`${mail}: dark mode is dark`, async () => {
        for (const view of DARK) {
            const page = await show(browser, mail, view, { viewport: WIDE });
            const brightest = await page.evaluate(() => {
                const colors = [...document.querySelectorAll(".page, .card")].map(element => getComputedStyle(element).backgroundColor);
                return Math.max(...colors.flatMap(color => color.match(/\d+/g).map(Number)));
            });
            assert.ok(brightest < 50, `${view}: ${brightest}`);
            await page.context().close();
        }
    });

    test(`${mail}: without its style block it looks the same`, async () => {
        const pictures = [];
        for (const view of ["light", "plain"]) {
            const page = await show(browser, mail, view, { viewport: WIDE });
            pictures.push(await page.screenshot({ fullPage: true }));
            await page.context().close();
        }
        assert.ok(pictures[0].equals(pictures[1]));
    });

    test(`${mail}: also in Outlook on Windows its card and buttons have their size, and nobody sees the preheader`, async () => {
        for (const view of ["light", "word"]) {
            const page = await show(browser, mail, view, { viewport: WIDE });
            const [width, ...heights] = await page.evaluate(() => [
                document.querySelector(".card").offsetWidth,
                ...[...document.querySelectorAll(".fill a, .danger-line a")].map(link => link.closest("td").offsetHeight),
            ]);
            assert.equal(width, 520, view);
            assert.equal(heights.length, 2);
            assert.ok(Math.min(...heights) >= 44, `${view}: ${heights}`);
            assert.equal(await page.locator("body > div").first().isVisible(), false, view);
            await page.context().close();
        }
    });
}
