//! What `make run` prints: how to use the demo.

use std::io::Write;

use super::mail::{Button, Mail, Recipient};

/// Writes what a developer needs to know. The last line tells that requests are answered.
pub(super) fn announce(
    out: &mut impl Write,
    base: &str,
    endpoint: &str,
    api_key: &str,
    mails: &[Mail],
) -> std::io::Result<()> {
    writeln!(out, "Action Links, with a demo business: Hair by Ada\n")?;
    writeln!(out, "  API key    {api_key}")?;
    writeln!(out, "  DynamoDB   {endpoint}  (tables apps, bookings and short-links)\n")?;
    writeln!(out, "Read bookings, one of them with the links for its customer:\n")?;
    for path in ["?limit=2", "/b-1003?include=customer_action_links"] {
        // Arguments can be seen by every user of the machine.
        writeln!(out, "  printf 'user = \":%s\"' {api_key} | curl --config - '{base}/v2/bookings{path}'")?;
    }
    writeln!(out)?;
    writeln!(out, "Use the AWS CLI and `action-links` on the demo's tables:\n")?;
    writeln!(
        out,
        "  export AWS_ENDPOINT_URL_DYNAMODB={endpoint} APPS_TABLE=apps BOOKINGS_TABLE=bookings SHORT_LINKS_TABLE=short-links LINK_BASE_URL={base}"
    )?;
    writeln!(
        out,
        "  export AWS_REGION=eu-west-1 AWS_DEFAULT_REGION=eu-west-1 AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local\n"
    )?;
    writeln!(out, "Links to click:\n")?;
    for recipient in [Recipient::Business, Recipient::Customer] {
        let mut own = mails.iter().filter(|mail| mail.recipient == recipient);
        if let Some((mail, Button { label, url, .. })) = own.find_map(|mail| Some((mail, mail.buttons.first()?))) {
            writeln!(out, "  {label} {} (mail to the {})\n  {url}\n", mail.booking_id, recipient.role())?;
        }
    }
    writeln!(out, "API:   {base}/docs   (what programs may ask; try it with the API key as the password)")?;
    writeln!(out, "Debug: {base}/debug   (why does a link not work?)")?;
    writeln!(out, "Pages: {base}/pages   (every page that a click can lead to, in every language)")?;
    writeln!(out, "Inbox: {base}/   (Ctrl-C stops)")?;
    out.flush()
}
