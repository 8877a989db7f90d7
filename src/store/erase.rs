//! Removes what clicks have kept of a person from a booking.

use aws_sdk_dynamodb::types::AttributeValue;

use super::bookings::BookingStore;
use super::error::{Answered, StoreError};
use crate::booking::BookingId;
use crate::domain::{Attribute, Record};

/// How many entries of a log one write changes: expressions have a limit of 4 KB.
const MAX_ENTRIES: usize = 20;

/// How many writes are made. A log of a whole item, 400 KB, has fewer than 4,000 entries.
const MAX_WRITES: usize = 400;

impl BookingStore {
    /// Removes the messages, subjects, addresses and user agents from a booking's log, and the subject of its last
    /// event. States, links and times stay. Returns how many entries were changed; `None` if there is no such booking.
    ///
    /// # Errors
    ///
    /// [`StoreError`]. After a [temporary](StoreError::is_temporary) one, a part may have been removed; doing it again
    /// removes the rest.
    pub async fn erase(&self, id: &BookingId) -> Result<Option<usize>, StoreError> {
        let mut erased = 0;
        for _ in 0..MAX_WRITES {
            let Some(booking) = self.get(id).await? else { return Ok(None) };
            let entries: Vec<_> = booking.personal_entries().take(MAX_ENTRIES).collect();
            let has_subject = booking.text(Attribute::EventSub).is_some_and(|sub| !sub.is_empty());
            if entries.is_empty() && !has_subject {
                return Ok(Some(erased));
            }
            let names = &self.names;
            let (key, log) = (names.name(Attribute::Id), names.name(Attribute::ActionLog));
            let mut update =
                self.client.update_item().table_name(&self.table).key(key, AttributeValue::S(id.to_string()));
            update = update.expression_attribute_names("#id", key);
            let (mut set, mut remove) = (String::new(), Vec::new());
            let mut conditions = vec!["attribute_exists(#id)".to_owned()];
            if has_subject {
                let name = names.name(Attribute::EventSub);
                set = format!("SET {name} = :none");
                // Where there are events, it is empty rather than absent.
                update = update.expression_attribute_values(":none", AttributeValue::S(String::new()));
            }
            for (place, entry, members) in &entries {
                // The entry is still at that place.
                conditions.push(format!("{log}[{place}] = :e{place}"));
                update = update.expression_attribute_values(format!(":e{place}"), (*entry).clone());
                for member in members {
                    update = update.expression_attribute_names(format!("#{member}"), *member);
                    remove.push(format!("{log}[{place}].#{member}"));
                }
            }
            let remove = if remove.is_empty() { String::new() } else { format!(" REMOVE {}", remove.join(", ")) };
            let update = update.update_expression(format!("{set}{remove}").trim());
            let update = update.condition_expression(conditions.join(" AND "));
            // If somebody has changed the log meanwhile, it is read again.
            if update.send().await.written("UpdateItem", &self.table)? {
                erased += entries.len();
            }
        }
        Err(StoreError::unsettled())
    }
}
