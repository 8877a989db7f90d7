// A function that is handed a booking and writes the mail about it. It asks `booking-links` for the links.

import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";

const lambda = new LambdaClient();
const LABELS = { confirm: "Confirm", decline: "Decline", cancel_by_customer: "Cancel", reschedule_by_customer: "Move" };

export async function handler(booking) {
  const { customer_action_links: links } = await invoke({ operation: "decorate", app_id: booking.app_id, response: booking });
  const [customer] = booking.customers;
  const lines = Object.entries(links).map(([action, url]) => `${LABELS[action] ?? action}: ${url}`);
  return {
    to: customer.email,
    subject: `Your booking: ${booking.attributes.event_info.what}`,
    text: [`Dear ${customer.name},`, "we look forward to seeing you. Have your plans changed?", ...lines, ""].join("\n\n"),
  };
}

/** Invokes `booking-links`. A refusal is an error with its `errorType` as the name. */
async function invoke(request) {
  const command = new InvokeCommand({ FunctionName: process.env.BOOKING_LINKS_FUNCTION, Payload: JSON.stringify(request) });
  const { FunctionError, Payload } = await lambda.send(command);
  const reply = JSON.parse(Buffer.from(Payload).toString());
  if (FunctionError) {
    throw Object.assign(new Error(reply.errorMessage), { name: reply.errorType });
  }
  return reply;
}
