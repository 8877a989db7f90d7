// The schema.org markup of the mails, read from the HTML by a parser of others for JSON-LD, compared with what Google
// documents, and typed by schema-dts, Google's types of the vocabulary.
"use strict";

const assert = require("node:assert/strict");
const { execFileSync } = require("node:child_process");
const { mkdtempSync, rmSync, writeFileSync } = require("node:fs");
const { tmpdir } = require("node:os");
const { join } = require("node:path");
const test = require("node:test");
const jsonld = require("jsonld");
const { LONG, MAILS, ORDINARY, html } = require("./samples.cjs");

const TYPES = { customer: "EventReservation", business: "EmailMessage" };

// What schema.org's own context says of the terms used: which of them are URLs.
const CONTEXT = {
    "@vocab": "http://schema.org/",
    ...Object.fromEntries(["url", "target", "reservationStatus", "modifyReservationUrl", "cancelReservationUrl"]
        .map(term => [term, { "@id": `http://schema.org/${term}`, "@type": "@id" }])),
};

// The least that makes a mail an EventReservation:
// https://developers.google.com/workspace/gmail/markup/reference/event-reservation
const REQUIRED = [
    "reservationNumber", "reservationStatus", "underName.name", "reservationFor.name", "reservationFor.startDate",
    "reservationFor.location.name", "reservationFor.location.address.streetAddress",
];

// Terms that Google documents and schema.org does not have:
// https://developers.google.com/workspace/gmail/markup/reference/types/EventReservation, and .../one-click-action
const OF_GOOGLE = ["reservationNumber", "cancelReservationUrl", "modifyReservationUrl", "handler"];

async function markup(mail, facts) {
    // A browser's parser ends a script where this does.
    const [, script] = html(mail, facts).match(/<script type="application\/ld\+json">(.*?)<\/script/is);
    const documentLoader = url => ({ document: { "@context": url === "http://schema.org" ? CONTEXT : assert.fail(url) } });
    const frame = { "@context": CONTEXT, "@type": TYPES[mail], "@embed": "@always" };
    return jsonld.frame(JSON.parse(script), frame, { omitGraph: true, documentLoader });
}

const reservation = (mail, of) => mail === "customer" ? of : of.about;
const at = (of, path) => path.split(".").reduce((value, name) => value?.[name], of);

test("a reservation has what Google requires, with the mail's own facts", async () => {
    for (const facts of [ORDINARY, LONG]) {
        for (const mail of MAILS) {
            const found = reservation(mail, await markup(mail, facts));
            for (const path of REQUIRED) assert.ok(at(found, path), `${mail}: ${path}`);
            assert.equal(found.reservationNumber, facts.booking_id);
            assert.equal(found.underName.name, facts.customer);
            assert.equal(found.provider.name, facts.business);
            const { name, startDate, endDate, location } = found.reservationFor;
            assert.deepEqual([name, startDate, endDate], [facts.what, facts.starts_at, facts.ends_at]);
            assert.equal(location.address.streetAddress, facts.where);
        }
    }
});

test("the status is that of the booking", async () => {
    const status = async mail => reservation(mail, await markup(mail)).reservationStatus;
    assert.equal(await status("customer"), "http://schema.org/ReservationConfirmed");
    assert.equal(await status("business"), "http://schema.org/ReservationPending");
});

test("only an action that does no harm is one-click; the others lead to a page", async () => {
    const customer = await markup("customer");
    assert.deepEqual(
        customer.potentialAction.map(action => [action["@type"], action.target, action.handler]),
        [["ViewAction", ORDINARY.reschedule, undefined], ["CancelAction", ORDINARY.cancel, undefined]],
    );
    assert.deepEqual([customer.modifyReservationUrl, customer.cancelReservationUrl], [ORDINARY.reschedule, ORDINARY.cancel]);
    const { potentialAction } = await markup("business");
    assert.equal(potentialAction["@type"], "ConfirmAction");
    assert.equal(potentialAction.handler["@type"], "HttpActionHandler");
    assert.equal(potentialAction.handler.url, ORDINARY.confirm);
});

test("each term is one of schema.org or of Google, and has a value of its type", async () => {
    const folder = mkdtempSync(join(tmpdir(), "markup-"));
    const declarations = [];
    for (const mail of MAILS) {
        const document = await markup(mail);
        document["@context"] = "https://schema.org";
        // Google's examples have `http`, its types have `https`: schema.org takes one for the other.
        const own = (name, value) => OF_GOOGLE.includes(name) ? undefined
            : typeof value === "string" ? value.replace("http://schema.org/", "https://schema.org/") : value;
        declarations.push(`export const ${mail}: WithContext<${TYPES[mail]}> = ${JSON.stringify(document, own, 2)};`);
    }
    const file = join(folder, "mails.ts");
    writeFileSync(file, `import type { EmailMessage, EventReservation, WithContext } from "schema-dts";\n${declarations.join("\n")}\n`);
    const options = { baseUrl: process.env.NODE_PATH, paths: { "*": ["*"] }, strict: true, noEmit: true, types: [], skipLibCheck: true, module: "node20" };
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions: options, files: [file] }));
    try {
        execFileSync(process.execPath, [require.resolve("typescript/bin/tsc"), "--project", folder], { encoding: "utf8" });
    } catch (error) {
        assert.fail(error.stdout);
    } finally {
        rmSync(folder, { recursive: true });
    }
});
