// Pictures of the pages for docs/pages, taken by tests/tools/browser.sh. They need fonts for Japanese
// and Arabic.
"use strict";

const { mkdirSync, readFileSync } = require("node:fs");
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
        await mail(browser);
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

// The mail of docs/mail.md, as its program fills it in.
async function mail(browser) {
    const facts = { customer: "Grace", what: "Cut and colour", when: "Friday, 4 December, 14:30" };
    const link = action => `https://links.hairbyada.example/v2/bookings/b-1001/external_action/${action}?signature=eyJ0eXAiOiJKV1Qi…`;
    Object.assign(facts, { confirm: link("confirm"), cancel: link("decline") });
    const html = readFileSync("docs/mail/mail.html", "utf8").replace(/{{(\w+)}}/g, (_, fact) => facts[fact]);
    const page = await (await browser.newContext({ viewport: PHONE })).newPage();
    await page.setContent(html);
    await page.screenshot({ path: `${FOLDER}/mail.png`, fullPage: true });
    await page.context().close();
}

main();
