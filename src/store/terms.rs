//! The names and values that an expression refers to.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;

use super::booking::{ACTION_LOG, attribute_name};
use crate::config::Attributes;
use crate::rule::Attribute;

/// The names and values of one request. Each is registered when an expression first refers to it.
#[derive(Debug)]
pub(super) struct Terms<'a> {
    attributes: &'a Attributes,
    pub(super) names: HashMap<String, String>,
    pub(super) values: HashMap<String, AttributeValue>,
    /// The strings among the values, so that each is sent once.
    texts: Vec<(String, String)>,
}

impl<'a> Terms<'a> {
    pub(super) fn new(attributes: &'a Attributes) -> Self {
        Self { attributes, names: HashMap::new(), values: HashMap::new(), texts: Vec::new() }
    }

    /// Refers to an attribute.
    pub(super) fn attribute(&mut self, attribute: Attribute) -> &'static str {
        let placeholder = match attribute {
            Attribute::Id => "#id",
            Attribute::App => "#app",
            Attribute::Graph => "#graph",
            Attribute::State => "#state",
            Attribute::UsedLinks => "#used_links",
            Attribute::LinksValidAfter => "#links_valid_after",
            Attribute::StartsAt => "#starts_at",
            Attribute::PreviousState => "#previous_state",
            Attribute::UndoOf => "#undo_of",
            Attribute::UpdatedAt => "#updated_at",
            Attribute::LinkRequestedAt => "#link_requested_at",
        };
        self.name(placeholder, attribute_name(attribute, self.attributes).to_owned())
    }

    /// Refers to the log.
    pub(super) fn log(&mut self) -> &'static str {
        self.name("#log", ACTION_LOG.to_owned())
    }

    fn name(&mut self, placeholder: &'static str, name: String) -> &'static str {
        self.names.entry(placeholder.to_owned()).or_insert(name);
        placeholder
    }

    /// Refers to a value.
    pub(super) fn value(&mut self, value: AttributeValue) -> String {
        let placeholder = format!(":{}", self.values.len());
        self.values.insert(placeholder.clone(), value);
        placeholder
    }

    /// Refers to a string.
    pub(super) fn text(&mut self, text: &str) -> String {
        if let Some((_, placeholder)) = self.texts.iter().find(|(known, _)| known == text) {
            return placeholder.clone();
        }
        let placeholder = self.value(AttributeValue::S(text.to_owned()));
        self.texts.push((text.to_owned(), placeholder.clone()));
        placeholder
    }
}
