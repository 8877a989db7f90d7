//! The names and values that an expression refers to.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;

use super::booking::attribute_name;
use crate::config::Attributes;
use crate::domain::Attribute;

/// The names and values of one request. Each is registered when an expression first refers to it.
#[derive(Debug)]
pub(super) struct Placeholders<'a> {
    attributes: &'a Attributes,
    pub(super) names: HashMap<String, String>,
    pub(super) values: HashMap<String, AttributeValue>,
    /// The strings among the values, so that each is sent once.
    texts: Vec<(String, String)>,
}

impl<'a> Placeholders<'a> {
    pub(super) fn new(attributes: &'a Attributes) -> Self {
        Self { attributes, names: HashMap::new(), values: HashMap::new(), texts: Vec::new() }
    }

    /// Refers to an attribute. A name that is a setting may be a word that DynamoDB reserves, so it
    /// has a placeholder; the others are written as they are, which makes the request smaller.
    pub(super) fn attribute(&mut self, attribute: Attribute) -> &'a str {
        let name = attribute_name(attribute, self.attributes);
        let placeholder = match attribute {
            Attribute::Id => "#id",
            Attribute::App => "#app",
            Attribute::Graph => "#graph",
            Attribute::State => "#state",
            Attribute::UsedLinks
            | Attribute::LinksValidAfter
            | Attribute::StartsAt
            | Attribute::PreviousState
            | Attribute::UndoOf
            | Attribute::UpdatedAt
            | Attribute::LinkRequestedAt => return name,
        };
        self.names.entry(placeholder.to_owned()).or_insert_with(|| name.to_owned());
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
