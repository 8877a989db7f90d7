//! How far a file has got, so that an interrupted program goes on where it stopped.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

/// What is written for good: so many rows of the input, and so many bytes of each output.
#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize, PartialEq, Eq)]
pub(super) struct Checkpoint {
    pub(super) rows: u64,
    pub(super) signed: u64,
    pub(super) refused: u64,
    pub(super) links_bytes: u64,
    pub(super) errors_bytes: u64,
}

/// `links.csv.progress`, beside the output.
pub(super) fn path(output: &Path) -> PathBuf {
    with_suffix(output, ".progress")
}

/// `links.csv.errors.csv`, beside the output.
pub(super) fn errors_path(output: &Path) -> PathBuf {
    with_suffix(output, ".errors.csv")
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

impl Checkpoint {
    /// The last checkpoint, if a program was interrupted.
    pub(super) fn load(output: &Path) -> io::Result<Option<Self>> {
        match fs::read(path(output)) {
            Ok(json) => Ok(Some(serde_json::from_slice(&json)?)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Replaces the last checkpoint. It is there whole, or not at all.
    pub(super) fn save(&self, output: &Path) -> io::Result<()> {
        let (path, new) = (path(output), with_suffix(output, ".progress.new"));
        fs::write(&new, serde_json::to_vec(self)?)?;
        fs::rename(new, path)
    }

    /// Nothing is left to do.
    pub(super) fn remove(output: &Path) -> io::Result<()> {
        fs::remove_file(path(output))
    }
}

/// Opens an output, without what was written after the checkpoint.
pub(super) fn open_at(path: &Path, bytes: u64) -> io::Result<File> {
    let mut file = OpenOptions::new().create(true).truncate(false).write(true).open(path)?;
    file.set_len(bytes)?;
    file.seek(SeekFrom::End(0))?;
    Ok(file)
}
