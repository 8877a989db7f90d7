// A function that is handed a booking and writes the mail about it, and one that lets a booking time out. They ask
// `booking-links`.

import { ActionLinks } from "@action-links/client";

const links = new ActionLinks({ functionName: process.env.BOOKING_LINKS_FUNCTION });
const LABELS = { confirm: "Confirm", decline: "Decline", cancel_by_customer: "Cancel", reschedule_by_customer: "Move" };

export async function handler(booking) {
  const { customer_action_links, links_unavailable } = await links.decorate(booking, { app_id: booking.app_id });
  if (links_unavailable !== undefined) {
    console.error(JSON.stringify({ message: "no mail was written", booking: booking.id, links_unavailable }));
    return null;
  }
  const [customer] = booking.customers;
  const lines = Object.entries(customer_action_links).map(([action, url]) => `${LABELS[action] ?? action}: ${url}`);
  return {
    to: customer.email,
    subject: `Your booking: ${booking.attributes.event_info.what}`,
    text: [`Dear ${customer.name},`, "we look forward to seeing you. Have your plans changed?", ...lines, ""].join("\n\n"),
  };
}

/** A handler for a schedule. The event's id makes a repeated call change nothing. */
export async function timeOut({ id, booking_id, app_id }) {
  return links.act({ app_id, booking_id, action: "timeout", request_id: id });
}
