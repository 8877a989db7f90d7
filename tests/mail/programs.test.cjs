// The mails of docs/mail against the public data of what mail programs support (caniemail.com). Each feature that one
// of the programs lacks has an entry here which says what the reader gets instead, or why nothing is missing.
"use strict";

const assert = require("node:assert/strict");
const test = require("node:test");
const { LONG, MAILS, html, template } = require("./samples.cjs");

// Thunderbird on Windows has the same engine as that on macOS, and less data.
const PROGRAMS = [
    "apple-mail.ios", "apple-mail.macos", "fastmail.desktop-webmail", "gmail.android", "gmail.desktop-webmail", "gmail.ios",
    "gmail.mobile-webmail", "gmx.android", "gmx.desktop-webmail", "gmx.ios", "outlook.android", "outlook.ios", "outlook.macos",
    "outlook.outlook-com", "outlook.windows", "outlook.windows-mail", "protonmail.android", "protonmail.desktop-webmail",
    "protonmail.ios", "samsung-email.android", "thunderbird.macos", "web-de.android", "web-de.desktop-webmail", "web-de.ios",
    "yahoo.android", "yahoo.desktop-webmail", "yahoo.ios",
];
const ALL = /./;
const WORD = /^outlook\.windows/;

// A feature, the programs that lack it, and what stands in for it.
const FALLBACKS = [
    ["color-scheme meta tag", ALL, "the program keeps the light colors or makes dark ones; both are legible (tests/browser/mails.test.cjs)"],
    ["color-scheme CSS property", ALL, "as above"],
    ["@media", ALL, "the style block adds dark colors and nothing else: each element has its light ones itself"],
    ["Attribute selector", ALL, "as above"],
    ["Class selector", ALL, "as above"],
    ["Descendant combinator", ALL, "as above"],
    ["Type selector", ALL, "as above"],
    ["<style> element", ALL, "as above"],
    ["!important keyword", ALL, "as above"],
    ["<body> element", ALL, "its color is the outer table's, too"],
    ["word-break", ALL, "a word that is longer than its column makes the column wider"],
    ["lang attribute", ALL, "it is for programs that read a mail aloud"],
    ["role attribute", ALL, "a table may be announced as one"],
    ["max-width", WORD, "a table of 520 px in a conditional comment stands around it"],
    ["display", WORD, "a table in a conditional comment puts the buttons side by side"],
    ["padding", WORD, "`mso-padding-alt` on the cell; elsewhere only cells have padding"],
    ["display:none", WORD, "`mso-hide:all`"],
    ["max-height property", WORD, "`mso-hide:all`"],
    ["overflow", WORD, "`mso-hide:all`"],
    ["display:none", /^gmail\.mobile-webmail/, "no height, and nothing overflows"],
    ["border-radius", ALL, "square corners"],
    ["background-color", /^(gmx|web-de)\.desktop/, "`bgcolor` says the same"],
    ["text-decoration", ALL, "the label of a button is underlined"],
    ["font-size", ALL, "the program's own size"],
    ["cellpadding attribute", ALL, "cells have a padding of their own, or 1 px"],
    ["cellspacing attribute", ALL, "2 px between cells"],
    ["HTML comments", ALL, "only Outlook on Windows reads them"],
    ["line-height", WORD, "without a unit; where it is a height, `mso-line-height-rule` or a font size says the same"],
    ["height property", /^(outlook\.windows|yahoo)/, "the attribute says the same, and only cells have it"],
    ["width attribute", WORD, "`PixelsPerInch` keeps sizes in attributes in proportion to the text"],
    ["height attribute", WORD, "as above"],
    ["white-space", ALL, "a phone number may break at a space"],
];

// What a program supports all the same, unless the mail has this.
const IN_THESE_CASES = [
    [/^Partial\. Negative values/, /margin[^;"]*-\d/],
    [/^Partial\. Not supported on `<span>` and `<body>` elements/, /<span[^>]*margin|<body[^>]*margin:[^0]/],
    [/^Buggy\. `background-color` is included inside the `margin`/, /<(?:p|h1|div)[^>]*background/],
    [/^Partial\. `auto` value/, /margin[^;"]*auto/],
    [/`(?:overflow-block|inline-flex|flex|flow-root|initial)`/, /overflow-(?:block|inline)|display: ?(?:(?:inline[ -])?(?:flex|grid|flow)|contents|flow-root|initial|revert|unset)/],
    [/^Buggy\. Cannot scroll through to hidden content/, /overflow: ?(?:auto|scroll)/],
    [/^Partial\. Doesn't work on `<table>` elements/, /<table[^>]*max-width/],
    [/`match-parent`|match-parent`/, /text-align: ?(?:start|end|match)/],
    [/^Partial\. Flow-relative values/, /text-align: ?(?:start|end)/],
    [/^Partial\. (?:Not supported with multiple values|`overline` is not)/, /text-decoration: ?(?:overline|\w+ \w)/],
    [/^Partial\. Only supports the line property/, /text-decoration: ?\w+ \w/],
    [/^Partial\. Only `background-color` values|^Partial\. Does not support (?:multiple values|the `\/ value`)/, /background(?:-image)?:/],
    [/`rem` values|`relative` and `percentage` size/, /font-size: ?[^;"]*(?:rem|em|%|larger|smaller)/],
    [/^Partial\. A border can not be bigger/, /border(?!-radius)[\w-]*: ?(?:9|[1-9]\d+)px/],
    [/^Buggy\. Unreliable if used on a `<p>` or a `<div>`/, /<(?:p|div)[^>]*border/],
    [/`<number>` values/, /font-weight: ?\d/],
    [/^Partial support\. Shorthand for setting elliptical/, /border-radius[^;"]*\//],
    [/^Partial\. Two-value syntax/, /display: ?\w+ \w/],
    [/`left` and `right`/, /<(?:table|img)[^>]*align="(?:left|right)/],
    [/`bcc` is not supported/, /bcc=/],
];

// What a program lacks that has no entry, and the entries that this uses.
async function lacking(mail) {
    const { caniemail } = await import(require.resolve("caniemail"));
    const source = template(`${mail}.html`);
    const missing = [];
    const used = new Set();
    for (const program of PROGRAMS) {
        const { issues } = caniemail({ clients: [program], html: source });
        const found = Object.values(issues).flatMap(of => [...of.values()].flat());
        for (const { title, notes } of found) {
            const harmless = notes.map(note => IN_THESE_CASES.find(([text, has]) => text.test(note) && !has.test(source)));
            const fallback = FALLBACKS.find(([feature, programs]) => feature === title && programs.test(program));
            if (notes.length && harmless.every(Boolean)) harmless.forEach(entry => used.add(entry));
            else if (fallback) used.add(fallback);
            else missing.push(`${program}: ${title}: ${notes.join(" ")}`);
        }
    }
    return { missing: [...new Set(missing)], used };
}

test("what a mail program lacks has a fallback", async () => {
    const used = new Set();
    for (const mail of MAILS) {
        const found = await lacking(mail);
        assert.deepEqual(found.missing, [], mail);
        found.used.forEach(entry => used.add(entry));
    }
    const idle = [...FALLBACKS, ...IN_THESE_CASES].filter(entry => !used.has(entry));
    assert.deepEqual(idle, [], "no program needs these entries any more");
});

test("Gmail clips no mail, however long its links are", () => {
    for (const mail of MAILS) assert.ok(Buffer.byteLength(html(mail, LONG)) < 102 * 1024, mail);
});

test("a mail loads nothing, so that it is whole where images are blocked", () => {
    for (const mail of MAILS) assert.doesNotMatch(template(`${mail}.html`), /<(?:img|script(?! type="application\/ld\+json">)|iframe|object)|url\(|@import|rel=/i, mail);
});

test("what is for Outlook alone has no link and no value", () => {
    for (const mail of MAILS) {
        for (const [, comment] of template(`${mail}.html`).matchAll(/<!--(.*?)-->/gs)) assert.doesNotMatch(comment, /{{|href/, mail);
    }
});
