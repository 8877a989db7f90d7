//! `link sign --from --to -`: links to standard output.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;

use csv::ByteRecord;
use serde_json::json;

use super::bulk::{Bulk, STANDARD, Signed, reader};
use super::row::Columns;
use super::short::MAX_AT_ONCE;
use crate::cli::failure::{CliError, failure};
use crate::cli::output::Output;
use crate::domain::printable;

impl Bulk<'_> {
    /// Writes the links to standard output, and the rows that make no sense to standard error. An interrupted run
    /// begins anew.
    pub(super) async fn sign_to_stdout(&self) -> Result<Output, CliError> {
        let from = self.from.display();
        let unread =
            |error: &dyn std::fmt::Display| failure(format!("{from}: {error}"), "Correct it, and run it again.");
        let unwritten = |error: csv::Error| failure(format!("standard output: {error}"), "Write it somewhere else.");
        let input: Box<dyn Read> = match self.from == Path::new(STANDARD) {
            true => Box::new(io::stdin()),
            false => Box::new(File::open(&self.from).map_err(|error| unread(&error))?),
        };
        let (mut rows, delimiter) = reader(input).map_err(|error| unread(&error))?;
        let header = rows.headers().map_err(|error| unread(&error))?;
        let columns = Columns::parse(header).map_err(|error| unread(&error))?;
        let mut links = csv::WriterBuilder::new().delimiter(delimiter).from_writer(io::stdout());
        links.write_record(self.header(&columns)).map_err(unwritten)?;
        let (mut row, mut signed, mut refused) = (ByteRecord::new(), 0, 0);
        // Links whose short ones are still to be stored.
        let mut waiting: Vec<Signed> = Vec::new();
        while rows.read_byte_record(&mut row).map_err(|error| unread(&error))? {
            match self.sign(&row, &columns) {
                Ok(link) => {
                    signed += 1;
                    match self.short {
                        None => links.write_record(link.fields()).map_err(unwritten)?,
                        Some(_) => waiting.push(link),
                    }
                }
                Err(error) => {
                    refused += 1;
                    let line = row.position().map(csv::Position::line).unwrap_or_default();
                    let _ = writeln!(anstream::stderr(), "line {line}: {}", printable(&error));
                }
            }
            if waiting.len() == MAX_AT_ONCE {
                self.shorten(&mut waiting, &mut links).await?.map_err(unwritten)?;
            }
        }
        self.shorten(&mut waiting, &mut links).await?.map_err(unwritten)?;
        links.flush().map_err(|error| unwritten(error.into()))?;
        let refusals = if refused > 0 { format!(", and {refused} rows make no sense") } else { String::new() };
        let mut output = Output::new("", json!({ "signed": signed, "refused": refused }));
        output.warning = Some(format!("Signed {signed} links{refusals}."));
        output.is_success = refused == 0;
        Ok(output)
    }
}
