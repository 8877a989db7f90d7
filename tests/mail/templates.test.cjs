// The templates of docs/mail, read by Handlebars, whose form Amazon SES takes, too.
"use strict";

const assert = require("node:assert/strict");
const test = require("node:test");
const Handlebars = require("handlebars");
const { LONG, MAILS, ORDINARY, html, markup, template } = require("./samples.cjs");

const FILES = MAILS.flatMap(mail => [`${mail}.html`, `${mail}.txt`, `${mail}.jsonld`]);

test("a template has plain names alone, each of which docs/mail.md has", () => {
    const documented = [...template("../mail.md").matchAll(/^\| `(\w+)` \|/gm)].map(([, name]) => name);
    const used = new Set();
    for (const file of FILES) {
        for (const node of Handlebars.parse(template(file)).body) {
            if (node.type === "ContentStatement") continue;
            assert.equal(node.type, "MustacheStatement", file);
            assert.deepEqual([node.params, node.hash, node.path.parts.length, node.escaped], [[], undefined, 1, node.path.original !== "markup"], file);
            used.add(node.path.original);
        }
    }
    assert.deepEqual([...used].sort(), ["markup", ...Object.keys(ORDINARY)].sort());
    for (const name of used) assert.ok(documented.includes(name), `docs/mail.md has no ${name}`);
});

// Handlebars escapes more than it has to (`=` as well): what a parser reads is the same.
test("Handlebars fills in what the samples are filled in with", () => {
    const read = text => text.replace(/&#(x?)(\w+);/g, (_, hex, code) => String.fromCharCode(parseInt(code, hex ? 16 : 10)))
        .replace(/&(amp|lt|gt|quot);/g, (_, name) => ({ amp: "&", lt: "<", gt: ">", quot: '"' })[name]);
    for (const mail of MAILS) {
        const filled = Handlebars.compile(template(`${mail}.html`), { strict: true })({ ...LONG, markup: markup(mail, LONG) });
        assert.equal(read(filled), read(html(mail, LONG)), mail);
    }
});

test("in the plain text each link is alone on its line", () => {
    for (const mail of MAILS) {
        const lines = Handlebars.compile(template(`${mail}.txt`), { noEscape: true })(ORDINARY).split("\n");
        const links = lines.filter(line => line.includes("://"));
        assert.ok(links.length >= 4, mail);
        for (const line of links) assert.match(line, /^https:\/\/\S+$/, mail);
    }
});
