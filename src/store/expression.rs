//! The names and values that the expressions of one request refer to.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;

use crate::domain::{Attribute, AttributeNames};

/// Each name and each value is registered when an expression first refers to it.
#[derive(Debug)]
pub(super) struct Placeholders<'a> {
    attributes: &'a AttributeNames,
    pub(super) names: HashMap<String, String>,
    pub(super) values: HashMap<String, AttributeValue>,
    /// The strings among the values, so that each is sent once.
    texts: Vec<(String, String)>,
}

impl<'a> Placeholders<'a> {
    pub(super) fn new(attributes: &'a AttributeNames) -> Self {
        // Enough for a click.
        Self {
            attributes,
            names: HashMap::with_capacity(8),
            values: HashMap::with_capacity(16),
            texts: Vec::with_capacity(16),
        }
    }

    /// Refers to an attribute. A name that is a setting may be a word that DynamoDB reserves, so it
    /// has a placeholder; the others are written as they are, which makes the request smaller.
    pub(super) fn attribute(&mut self, attribute: Attribute) -> &'a str {
        let name = self.attributes.name(attribute);
        let row = attribute.row();
        if row.setting.is_none() {
            return name;
        }
        self.names.entry(row.placeholder.to_owned()).or_insert_with(|| name.to_owned());
        row.placeholder
    }

    pub(super) fn value(&mut self, value: AttributeValue) -> String {
        let placeholder = format!(":{}", self.values.len());
        self.values.insert(placeholder.clone(), value);
        placeholder
    }

    pub(super) fn text(&mut self, text: &str) -> String {
        if let Some((_, placeholder)) = self.texts.iter().find(|(known, _)| known == text) {
            return placeholder.clone();
        }
        let placeholder = self.value(AttributeValue::S(text.to_owned()));
        self.texts.push((text.to_owned(), placeholder.clone()));
        placeholder
    }
}
