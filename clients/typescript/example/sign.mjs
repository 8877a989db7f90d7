// Signs a link offline: ACTION_LINKS_API_KEY=… node sign.mjs https://links.salon.example b-17 confirm

import { Signer } from "@action-links/client";

const [base, booking_id, action] = process.argv.slice(2);
const signer = new Signer(process.env.ACTION_LINKS_API_KEY ?? "", base);
console.log(signer.sign({ booking_id, action, expires_in: 7 * 24 * 3600 }).url);
