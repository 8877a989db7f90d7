// What Node takes to sign a link, and to put two into each booking of a response: microseconds, and
// milliseconds of CPU, as JSON. With the key as a string, as in jsonwebtoken's README, and as a
// KeyObject, which is not parsed again for each token. The bookings come on standard input.
import { createSecretKey } from "node:crypto";
import { readFileSync } from "node:fs";
import jwt from "jsonwebtoken";

const base = "https://links.hairbyada.example/v2/bookings/";
const input = readFileSync(0, "utf8");

function cpu(times, work) {
  const took = [];
  for (let i = 0; i < times; i++) {
    const before = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(before);
    took.push(user + system);
  }
  return took.sort((a, b) => a - b)[times >> 1];
}

function measured(key, times) {
  const link = (booking_id, action) => {
    const signature = jwt.sign({ booking_id, action }, key, { noTimestamp: true });
    return `${base}${booking_id}/external_action/${action}?signature=${signature}`;
  };
  const signed = cpu(times, () => {
    for (let i = 0; i < 1000; i++) link(`b-${i}`, "confirm");
  });
  const decorated = cpu(times, () => {
    const response = JSON.parse(input);
    for (const booking of response.data) {
      booking.customer_action_links = Object.fromEntries(["cancel", "reschedule"].map((action) => [action, link(booking.id, action)]));
    }
    return JSON.stringify(response);
  });
  return { sign_us: signed / 1000, decorate_ms: decorated / 1000 };
}

const { API_KEY } = process.env;
console.log(JSON.stringify({ string: measured(API_KEY, 7), key_object: measured(createSecretKey(API_KEY, "utf8"), 50) }));
