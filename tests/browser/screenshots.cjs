// Pictures of the pages for docs/pages, taken by tests/browser.sh. They need fonts for Japanese
// and Arabic.
"use strict";

const { mkdirSync, rmSync } = require("node:fs");
const { demo, launch } = require("./support.cjs");

const FOLDER = "docs/pages";
const PHONE = { width: 390, height: 600 };
const DESKTOP = { width: 1000, height: 720 };

async function main() {
    const local = await demo();
    const browser = await launch();
    const overview = await (await fetch(`${local.base}/pages`)).text();
    const names = [...overview.matchAll(/href="\/pages\/(\w+)\?/g)].map(([, name]) => name);
    const pictures = names.map(name => [name, { name }]);
    for (const language of ["ar", "da", "de", "es", "fr", "ja", "nl", "pt"]) {
        pictures.push([`link_used.${language}`, { name: "link_used", language }]);
    }
    for (const name of ["applied", "asked_for_a_reason"]) {
        pictures.push([`${name}.dark`, { name, colorScheme: "dark" }]);
        pictures.push([`${name}.desktop`, { name, viewport: DESKTOP }]);
    }
    rmSync(FOLDER, { recursive: true, force: true });
    mkdirSync(FOLDER, { recursive: true });
    for (const [file, { name, language = "en", colorScheme = "light", viewport = PHONE }] of pictures) {
        const page = await (await browser.newContext({ viewport, colorScheme })).newPage();
        await page.goto(`${local.base}/pages/${name}?lang=${language}`);
        await page.screenshot({ path: `${FOLDER}/${file}.png`, fullPage: true });
        await page.context().close();
    }
    await browser.close();
    local.stop();
}

main();
