//! `link sign --from --to`: any number of links, in constant memory.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use csv::ByteRecord;
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;

use super::checkpoint::{Checkpoint, Output, Run, Written, errors_path, hash, path};
use super::row::Columns;
use super::short::{self, MAX_AT_ONCE};
use crate::cli::failure::{CliError, failure};
use crate::cli::output;
use crate::domain::{Graphs, printable};
use crate::link::{ApiKey, BaseUrl, SignedLink, Signer};
use crate::store::ShortLinkStore;

/// After how many rows the files are written for good.
const STEP: u64 = 10_000;

/// In place of a file: standard input, standard output.
pub(super) const STANDARD: &str = "-";

/// A file of links to be signed.
pub(super) struct Bulk<'a> {
    pub(super) signer: Signer<'a>,
    pub(super) key: &'a ApiKey,
    pub(super) base: &'a BaseUrl,
    /// Whose actions links can have.
    pub(super) graphs: &'a Graphs,
    pub(super) from: PathBuf,
    pub(super) to: PathBuf,
    pub(super) confirm: bool,
    /// The name of the table of short links, and the table, if each link gets one.
    pub(super) short: Option<(String, ShortLinkStore)>,
    pub(super) now: SystemTime,
}

impl Bulk<'_> {
    pub(super) async fn run(self) -> Result<output::Output, CliError> {
        if self.to == Path::new(STANDARD) {
            return self.sign_to_stdout().await;
        }
        let done = self.sign_all().await?;
        let errors = errors_path(&self.to);
        if done.refused == 0 {
            // It has a header only.
            let _ = std::fs::remove_file(&errors);
        }
        let shown = |path: &Path| printable(&path.to_string_lossy());
        let mut text = format!("Signed {} links into {}.\n", done.signed, shown(&self.to));
        if done.refused > 0 {
            text += &format!("{} rows make no sense: see {}.\n", done.refused, shown(&errors));
        }
        let mut output = output::Output::new(text, json!({ "signed": done.signed, "refused": done.refused }));
        output.is_success = done.refused == 0;
        Ok(output)
    }

    async fn sign_all(&self) -> Result<Checkpoint, CliError> {
        let fault = |file: &Path, error: &dyn std::fmt::Display| {
            failure(
                format!("{}: {error}", file.display()),
                "Correct it, and run the same command again: it goes on where it stopped.",
            )
        };
        let unread = |error: csv::Error| fault(&self.from, &error);
        let unwritten = |error: io::Error| fault(&self.to, &error);
        let run = self.prepare().map_err(|error| fault(&self.from, &error))?;
        self.refuse_the_same_file()?;
        let input = File::open(&self.from).map_err(|error| fault(&self.from, &error))?;
        let bar = progress(input.metadata().map(|file| file.len()).unwrap_or_default());
        let (mut rows, delimiter) = reader(bar.wrap_read(input)).map_err(|error| fault(&self.from, &error))?;
        let columns = Columns::parse(rows.headers().map_err(unread)?).map_err(|error| fault(&self.from, &error))?;
        let resumed = Checkpoint::load(&self.to, &run, self.key).map_err(|error| {
            let progress = path(&self.to);
            let (progress, to) = (progress.display(), self.to.display());
            failure(
                format!("{progress}: {error}"),
                format!("Run what was interrupted. To begin anew, delete {progress}, {to} and {to}.errors.csv."),
            )
        })?;
        let errors_path = errors_path(&self.to);
        if resumed.is_none() {
            self.refuse_what_is_there(&errors_path)?;
            // Before the outputs are made, so that an interrupted run is known as one from its beginning.
            Checkpoint::default().save(&self.to, &run, self.key).map_err(unwritten)?;
        }
        let mut done = resumed.unwrap_or_default();
        let open = |path: &Path, written: &Written| {
            let output = Output::open_at(path, written).map_err(|error| fault(path, &error))?;
            Ok(csv::WriterBuilder::new().delimiter(delimiter).from_writer(output))
        };
        let (mut links, mut errors) = (open(&self.to, &done.links)?, open(&errors_path, &done.errors)?);
        if done.links == Written::default() {
            links.write_record(self.header(&columns)).map_err(|error| fault(&self.to, &error))?;
            errors.write_record(["line", "error"]).map_err(|error| fault(&self.to, &error))?;
            self.keep(&mut done, &mut links, &mut errors, &run).map_err(unwritten)?;
        }
        let (mut row, mut seen) = (ByteRecord::new(), 0);
        // Links whose short ones are still to be stored.
        let mut waiting: Vec<Signed> = Vec::new();
        while rows.read_byte_record(&mut row).map_err(unread)? {
            seen += 1;
            if seen <= done.rows {
                continue;
            }
            let line = row.position().map(csv::Position::line).unwrap_or_default();
            let written = match self.sign(&row, &columns) {
                Ok(signed) => {
                    done.signed += 1;
                    match self.short {
                        None => links.write_record(signed.fields()),
                        Some(_) => {
                            waiting.push(signed);
                            Ok(())
                        }
                    }
                }
                Err(error) => {
                    done.refused += 1;
                    errors.write_record([line.to_string(), error])
                }
            };
            written.map_err(|error| fault(&self.to, &error))?;
            let is_step = seen % STEP == 0;
            if is_step || waiting.len() == MAX_AT_ONCE {
                let stored = self.shorten(&mut waiting, &mut links).await?;
                stored.map_err(|error| fault(&self.to, &error))?;
            }
            if is_step {
                done.rows = seen;
                self.keep(&mut done, &mut links, &mut errors, &run).map_err(unwritten)?;
            }
        }
        self.shorten(&mut waiting, &mut links).await?.map_err(|error| fault(&self.to, &error))?;
        done.rows = seen;
        self.keep(&mut done, &mut links, &mut errors, &run).map_err(unwritten)?;
        Checkpoint::remove(&self.to).map_err(unwritten)?;
        bar.finish_and_clear();
        Ok(done)
    }

    /// What this run is.
    fn prepare(&self) -> io::Result<Run> {
        Ok(Run {
            key_id: self.key.id().to_string(),
            base_url: self.base.as_str().to_owned(),
            confirm: self.confirm,
            short_links_table: self.short.as_ref().map(|(name, _)| name.clone()),
            input: hash(&self.from)?,
        })
    }

    /// No file is overwritten.
    fn refuse_what_is_there(&self, errors: &Path) -> Result<(), CliError> {
        match [self.to.as_path(), errors].into_iter().find(|path| path.symlink_metadata().is_ok()) {
            None => Ok(()),
            Some(path) => Err(failure(
                format!("{}: there is such a file already; nothing was written", path.display()),
                "Name another one, or delete it.",
            )),
        }
    }

    /// The output must not be the input, under whatever name.
    fn refuse_the_same_file(&self) -> Result<(), CliError> {
        for output in [self.to.clone(), errors_path(&self.to), path(&self.to)] {
            // What cannot be compared does not exist yet.
            if same_file::is_same_file(&self.from, &output).unwrap_or(false) {
                let message = format!("{} is the input; nothing was written", output.display());
                return Err(failure(message, "Name another file as --to."));
            }
        }
        Ok(())
    }

    /// Writes both files, and how long they are now.
    fn keep(
        &self,
        done: &mut Checkpoint,
        links: &mut csv::Writer<Output>,
        errors: &mut csv::Writer<Output>,
        run: &Run,
    ) -> io::Result<()> {
        links.flush()?;
        errors.flush()?;
        (done.links, done.errors) = (links.get_ref().keep()?, errors.get_ref().keep()?);
        done.save(&self.to, run, self.key)
    }

    /// Stores the links that are waiting under short ones, and writes their rows.
    pub(super) async fn shorten<W: io::Write>(
        &self,
        waiting: &mut Vec<Signed>,
        rows: &mut csv::Writer<W>,
    ) -> Result<csv::Result<()>, CliError> {
        let Some((_, store)) = &self.short else { return Ok(Ok(())) };
        let waiting = std::mem::take(waiting);
        let (fields, links): (Vec<_>, Vec<_>) =
            waiting.into_iter().map(|Signed { fields, link }| (fields, link)).unzip();
        let short = short::keep(store, &links, self.now).await?;
        let mut all = fields.iter().zip(&links).zip(&short);
        Ok(all.try_for_each(|((fields, link), short)| rows.write_record(fields.iter().chain([&link.url, short]))))
    }

    /// The first line of the output.
    pub(super) fn header(&self, columns: &Columns) -> impl Iterator<Item = &'static str> {
        columns.names().collect::<Vec<_>>().into_iter().chain(["url"]).chain(self.short.as_ref().map(|_| "short_url"))
    }

    /// The row, and its link.
    pub(super) fn sign(&self, row: &ByteRecord, columns: &Columns) -> Result<Signed, String> {
        let (fields, link) = columns.read(row, self.graphs, self.confirm)?;
        let link = self.signer.sign(&link, self.now).map_err(|error| error.to_string())?;
        Ok(Signed { fields, link })
    }
}

/// A row of the input, and its link.
pub(super) struct Signed {
    fields: Vec<String>,
    link: SignedLink,
}

impl Signed {
    /// The row of the output.
    pub(super) fn fields(&self) -> impl Iterator<Item = &String> {
        self.fields.iter().chain([&self.link.url])
    }
}

/// A reader of rows that are separated as the first line is: by commas, by semicolons as Excel writes them where the
/// comma is in numbers, or by tabs.
pub(super) fn reader<R: Read>(input: R) -> io::Result<(csv::Reader<BufReader<R>>, u8)> {
    let mut input = BufReader::with_capacity(64 * 1024, input);
    let beginning = input.fill_buf()?;
    if beginning.starts_with(&[0xff, 0xfe]) || beginning.starts_with(&[0xfe, 0xff]) {
        return Err(io::Error::other("it is UTF-16; save it as CSV UTF-8"));
    }
    let first = beginning.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let count = |delimiter: &u8| first.iter().filter(|byte| *byte == delimiter).count();
    let delimiter = [b'\t', b';', b','].into_iter().max_by_key(count).unwrap_or(b',');
    let rows = csv::ReaderBuilder::new().flexible(true).delimiter(delimiter).from_reader(input);
    Ok((rows, delimiter))
}

/// A bar over the bytes of the input. It is hidden where there is no terminal.
fn progress(bytes: u64) -> ProgressBar {
    let style = ProgressStyle::with_template("{bar:40} {percent}%  {eta} left")
        .unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::new(bytes).with_style(style)
}
