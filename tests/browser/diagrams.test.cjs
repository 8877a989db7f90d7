// Every Mermaid diagram of README and docs, rendered by Mermaid itself.
"use strict";

const assert = require("node:assert");
const { readdirSync, readFileSync } = require("node:fs");
const { test } = require("node:test");
const { launch } = require("./support.cjs");

const mermaid = require.resolve("mermaid/dist/mermaid.min.js");

function diagrams() {
    const pages = ["README.md", ...readdirSync("docs").filter(name => name.endsWith(".md")).map(name => `docs/${name}`)];
    return pages.flatMap(page =>
        [...readFileSync(page, "utf8").matchAll(/^```mermaid\n(.*?)^```$/gms)].map(([, code], index) => ({ page, index, code })));
}

test("every diagram renders", async t => {
    const all = diagrams();
    assert.ok(all.length > 0, "there is a diagram");
    const browser = await launch();
    t.after(() => browser.close());
    const page = await browser.newPage();
    await page.addScriptTag({ path: mermaid });
    for (const { page: file, index, code } of all) {
        const svg = await page.evaluate(async ([id, text]) => {
            window.mermaid.initialize({ startOnLoad: false });
            return (await window.mermaid.render(id, text)).svg;
        }, [`diagram-${index}`, code]);
        assert.match(svg, /^<svg/, file);
        assert.doesNotMatch(svg, /Syntax error/, file);
    }
});
