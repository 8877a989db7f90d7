// Pictures of the pages for docs/pages, taken by tests/browser.sh. They need fonts for Japanese
// and Arabic.
"use strict";

const { mkdirSync } = require("node:fs");
const { demo, gallery, launch } = require("./support.cjs");

const FOLDER = "docs/pages";
const PHONE = { width: 390, height: 600 };
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

main();
