// Pictures of the pages for docs/pages, taken by tests/tools/browser.sh. They need fonts for Japanese
// and Arabic.
"use strict";

const { mkdirSync } = require("node:fs");
const { MAILS } = require("../mail/samples.cjs");
const { show } = require("./mails.cjs");
const { demo, gallery, launch } = require("./support.cjs");

const FOLDER = "docs/pages";
const PHONE = { width: 390, height: 600 };
const INBOX = { width: 1280, height: 820 };
const DESKTOP = { width: 1000, height: 720 };

async function main() {
    const local = await demo();
    const browser = await launch();
    try {
        const { names, languages } = await gallery(local.base);
        const pictures = names.map(name => [name, { name }]);
        for (const language of languages.filter(tag => tag !== "en")) {
            pictures.push([`link_used.${language}`, { name: "link_used", language }]);
        }
        pictures.push(["asked.ar", { name: "asked", language: "ar" }]);
        pictures.push(["asked_for_a_reason.dark", { name: "asked_for_a_reason", colorScheme: "dark" }]);
        pictures.push(["asked_for_a_reason.desktop", { name: "asked_for_a_reason", viewport: DESKTOP }]);
        mkdirSync(FOLDER, { recursive: true });
        await mails(browser);
        await inbox(browser, local.base);
        for (const [file, { name, language = "en", colorScheme = "light", viewport = PHONE }] of pictures) {
            const page = await (await browser.newContext({ viewport, colorScheme })).newPage();
            await page.goto(`${local.base}/pages/${name}?lang=${language}`);
            await page.screenshot({ path: `${FOLDER}/${file}.png`, fullPage: true });
            await page.context().close();
        }
    } finally {
        await browser.close();
        local.stop();
    }
}

// The mails of docs/mail: on a phone, light and dark, on a desktop, and in Outlook on Windows. They have no images that
// could be blocked.
async function mails(browser) {
    const pictures = [["", "light", PHONE], [".dark", "dark", PHONE], [".desktop", "light", DESKTOP], [".word", "word", DESKTOP]];
    for (const mail of MAILS) {
        for (const [suffix, view, viewport] of pictures) {
            const page = await show(browser, mail, view, { viewport });
            await page.screenshot({ path: `${FOLDER}/mail_${mail}${suffix}.png`, fullPage: true });
            await page.context().close();
        }
    }
}

// The demo's first click: the business's inbox, its own page, and the customer's phone.
async function inbox(browser, base) {
    const page = await (await browser.newContext({ viewport: INBOX, deviceScaleFactor: 1.25 })).newPage();
    const picture = name => page.screenshot({ path: `${FOLDER}/${name}.png` });
    await page.goto(base);
    await picture("inbox");
    await page.getByRole("link", { name: "Confirm", exact: true }).click();
    await picture("inbox.landing");
    await page.getByRole("link", { name: "See Grace’s phone" }).click();
    await page.setViewportSize({ ...INBOX, height: 960 }); // the phone is tall
    await picture("inbox.phone");
    await page.context().close();
}

main();
