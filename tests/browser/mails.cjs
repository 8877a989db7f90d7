// The mails of docs/mail as mail programs show them.
"use strict";

const { html } = require("../mail/samples.cjs");

// How a program changes a mail before it shows it, and which colors its reader has chosen.
const VIEWS = {
    light: {},
    dark: { colorScheme: "dark" },
    // Outlook.com, and Outlook on phones: their mark stands in for the media query.
    outlook_dark: { change: markDark },
    // Gmail with an address of another service: no style block.
    plain: { source: text => text.replace(/<style>.*?<\/style>/gs, "") },
    // Programs that know no dark colors make their own: of everything, or of what is light.
    inverted: { change: invert, argument: "all" },
    partly_inverted: { change: invert, argument: "light" },
    // Outlook on Windows.
    word: { source: forWord, change: asWord, argument: lackingInWord },
};

async function show(browser, mail, view, { viewport, facts } = {}) {
    const { source = text => text, change, argument, colorScheme = "light" } = VIEWS[view];
    const page = await (await browser.newContext({ viewport, colorScheme })).newPage();
    await page.setContent(source(html(mail, facts)));
    if (change) await page.evaluate(change, typeof argument === "function" ? argument() : argument);
    return page;
}

function markDark() {
    document.documentElement.setAttribute("data-ogsc", "");
    document.documentElement.setAttribute("data-ogsb", "");
}

// Gives each color its opposite lightness.
function invert(which) {
    const changes = [];
    for (const element of document.querySelectorAll("body, body *")) {
        const style = getComputedStyle(element);
        for (const property of ["color", "background-color", "border-top-color", "border-bottom-color", "border-left-color", "border-right-color"]) {
            const [red, green, blue, alpha = 1] = style.getPropertyValue(property).match(/[\d.]+/g).map(Number);
            const sum = Math.max(red, green, blue) + Math.min(red, green, blue);
            const isLight = sum > 255;
            if (alpha === 0 || (which === "light" && isLight !== (property === "background-color"))) continue;
            changes.push([element, property, `rgb(${[red, green, blue].map(part => part + 255 - sum).join(", ")})`]);
        }
    }
    for (const [element, property, color] of changes) element.style.setProperty(property, color, "important");
}

// Word reads what is for it alone, no media query, and properties of its own.
function forWord(text) {
    const [head, ...rest] = text.split("<body");
    return `${head.replace(/<style>\s*:root.*?<\/style>/s, "")}<body${rest.join("<body")}`
        .replace(/<xml>.*?<\/xml>/s, "")
        .replace(/<!--\[if mso\]>(.*?)<!\[endif\]-->/gs, "$1")
        .replaceAll("mso-", "--mso-");
}

// The CSS properties that Outlook on Windows does not have, by the public data.
function lackingInWord() {
    const { data } = require("caniemail/caniemail.json");
    const isLacking = ({ stats }) => Object.values(stats.outlook.windows).at(-1).startsWith("n");
    return data.filter(({ slug, stats }) => slug.startsWith("css-") && stats.outlook?.windows && isLacking({ stats })).map(({ slug }) => slug.slice(4));
}

// The rest of what the data says in words: padding only in cells, sizes of tables and cells only, no inline blocks.
function asWord(lacking) {
    for (const element of document.querySelectorAll("body, body *")) {
        const { style } = element;
        const [isCell, isTable] = [["TD", "TH"].includes(element.tagName), element.tagName === "TABLE"];
        for (const property of [...style]) {
            const family = property.replace(/^border-.*radius$/, "border-radius").replace(/^text-decoration-.*/, "text-decoration");
            if (lacking.includes(family)) style.removeProperty(property);
        }
        if (style.getPropertyValue("--mso-hide")) style.display = "none";
        if (style.display !== "none") style.removeProperty("display");
        if (!isCell) style.removeProperty("padding");
        if (!isTable) style.removeProperty("max-width");
        const padding = style.getPropertyValue("--mso-padding-alt");
        if (padding) style.padding = padding;
    }
}

module.exports = { VIEWS, show };
