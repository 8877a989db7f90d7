// The mails of docs/mail, filled in with facts: ordinary ones, and the longest and oddest that may come.
"use strict";

const { readFileSync } = require("node:fs");

const MAILS = ["customer", "business"];

const link = (action, length = 300) =>
    `https://links.hairbyada.example/v2/bookings/b-1001/external_action/${action}?signature=${"eyJhbGciOiJIUzI1NiJ9.".padEnd(length, "x")}`;

const ORDINARY = {
    business: "Hair by Ada",
    customer: "Grace",
    what: "Cut and colour",
    when: "Friday, 4 December 2026, 14:30, London time",
    where: "12 Analytical Row, London",
    confirm: link("confirm"),
    decline: link("decline"),
    cancel: link("cancel_by_customer"),
    reschedule: link("reschedule_by_customer"),
    calendar: link("confirm").replace("?", "/calendar.ics?"),
    starts_at: "2026-12-04T14:30:00Z",
    ends_at: "2026-12-04T15:30:00Z",
    booking_id: "b-1001",
    business_email: "hello@hairbyada.example",
    business_phone: "+44 20 7946 0958",
    business_url: "https://hairbyada.example/",
    business_address: "12 Analytical Row, London NW1 6XE",
    imprint_url: "https://hairbyada.example/imprint",
};

// A link may have 4,096 bytes of token. Names may have anything in them, and no space for a line break.
const LONG = {
    ...ORDINARY,
    customer: `O’Brien & <b>"Sons"</b> \\ {{what}} ${"von-Hohenzollern".repeat(4)}`,
    what: `Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft ${"and a long word ".repeat(8)}`,
    when: "Wednesday, 23 September 2026, 14:30 – Thursday, 24 September 2026, 11:45, Central European Summer Time",
    where: "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch, Isle of Anglesey, Wales, United Kingdom",
    business_email: `${"reservations-and-appointments".repeat(2)}@mail.hairbyada.example`,
    booking_id: "0c8c1e0e-2f0b-4c39-9d6b-0a3ad0f6e0b7".repeat(3),
    confirm: link("confirm", 4096),
    decline: link("decline", 4096),
    cancel: link("cancel_by_customer", 4096),
    reschedule: link("reschedule_by_customer", 4096),
};

const escape = text => text.replace(/[&<>"']/g, sign => `&#${sign.charCodeAt(0)};`);

const inJson = text => JSON.stringify(text).slice(1, -1).replaceAll("<", "\\u003c");

// The HTML of a mail, as its sender fills it in.
function html(mail, facts = ORDINARY) {
    return template(`${mail}.html`).replace(/{{{markup}}}|{{(\w+)}}/g, (_, name) => name ? escape(facts[name]) : markup(mail, facts));
}

// The JSON-LD in it.
function markup(mail, facts = ORDINARY) {
    return template(`${mail}.jsonld`).replace(/{{(\w+)}}/g, (_, name) => inJson(facts[name]));
}

function template(file) {
    return readFileSync(`${__dirname}/../../docs/mail/${file}`, "utf8");
}

module.exports = { LONG, MAILS, ORDINARY, html, markup, template };
