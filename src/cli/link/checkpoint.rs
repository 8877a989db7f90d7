//! How far a file has got, so that an interrupted program goes on where it stopped.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::link::ApiKey;

/// What a checkpoint is sealed for.
const PURPOSE: &str = "link sign --from";

/// What a run signs, and with what. A checkpoint belongs to one run, and only the same one goes on from it.
#[derive(Clone, Debug, Deserialize, Serialize, PartialEq, Eq)]
pub(super) struct Run {
    pub(super) key_id: String,
    pub(super) base_url: String,
    pub(super) confirm: bool,
    /// The table of short links, if each link has one.
    #[serde(default)]
    pub(super) short_links_table: Option<String>,
    /// SHA-256 of the input, in hexadecimal digits.
    pub(super) input: String,
}

/// What is written for good: so many rows of the input, and so many bytes of each output.
#[derive(Clone, Debug, Default, Deserialize, Serialize, PartialEq, Eq)]
pub(super) struct Checkpoint {
    pub(super) rows: u64,
    pub(super) signed: u64,
    pub(super) refused: u64,
    pub(super) links: Written,
    pub(super) errors: Written,
}

/// What is in an output: so many bytes, and their SHA-256 in hexadecimal digits.
#[derive(Clone, Debug, Default, Deserialize, Serialize, PartialEq, Eq)]
pub(super) struct Written {
    bytes: u64,
    sha256: String,
}

/// A checkpoint as a file.
#[derive(Deserialize, Serialize)]
struct Sealed {
    run: Run,
    checkpoint: Checkpoint,
    /// With the API key, so that nobody else can write one.
    seal: String,
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

impl Run {
    /// What differs from the run of a checkpoint, in words.
    fn difference(&self, other: &Self) -> Option<&'static str> {
        [
            (self.key_id != other.key_id, "another API key"),
            (self.base_url != other.base_url, "another --base-url"),
            (self.confirm != other.confirm, "another --confirm"),
            (self.short_links_table != other.short_links_table, "another --short or --short-links-table"),
            (self.input != other.input, "another input"),
        ]
        .into_iter()
        .find_map(|(differs, what)| differs.then_some(what))
    }
}

impl Checkpoint {
    /// The last checkpoint of this run, if it was interrupted.
    ///
    /// # Errors
    ///
    /// A message if there is one of another run, or one that this key has not sealed.
    pub(super) fn load(output: &Path, run: &Run, key: &ApiKey) -> Result<Option<Self>, String> {
        let json = match fs::read(path(output)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            read => read.map_err(|error| error.to_string())?,
        };
        let sealed: Sealed = serde_json::from_slice(&json).map_err(|_| "it is not a checkpoint".to_owned())?;
        if let Some(what) = run.difference(&sealed.run) {
            return Err(format!("it is the checkpoint of a run with {what}"));
        }
        let text = sealed_text(run, &sealed.checkpoint).map_err(|error| error.to_string())?;
        if !key.is_seal(&sealed.seal, PURPOSE, &text) {
            return Err("it was not written with this API key".to_owned());
        }
        Ok(Some(sealed.checkpoint))
    }

    /// Replaces the last checkpoint. It is there whole, or not at all.
    pub(super) fn save(&self, output: &Path, run: &Run, key: &ApiKey) -> io::Result<()> {
        let seal = key.seal(PURPOSE, &sealed_text(run, self)?);
        let path = path(output);
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let mut file = tempfile::NamedTempFile::new_in(folder)?;
        file.write_all(&serde_json::to_vec(&Sealed { run: run.clone(), checkpoint: self.clone(), seal })?)?;
        file.persist(path)?;
        Ok(())
    }

    /// Nothing is left to do.
    pub(super) fn remove(output: &Path) -> io::Result<()> {
        fs::remove_file(path(output))
    }
}

fn sealed_text(run: &Run, checkpoint: &Checkpoint) -> io::Result<String> {
    Ok(serde_json::to_string(&(run, checkpoint))?)
}

/// SHA-256 of a file, in hexadecimal digits. It must be a file that can be read twice.
pub(super) fn hash(path: &Path) -> io::Result<String> {
    let mut file = File::open(path)?;
    if !file.metadata()?.is_file() {
        return Err(io::Error::other("it is not a regular file, which is read twice"));
    }
    let mut hash = Sha256::new();
    io::copy(&mut file, &mut HashWriter(&mut hash))?;
    Ok(in_hexadecimal(hash))
}

fn in_hexadecimal(hash: Sha256) -> String {
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

struct HashWriter<'a>(&'a mut Sha256);

impl Write for HashWriter<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// An output, which only its owner can read, because links are as secret as what they do.
#[derive(Debug)]
pub(super) struct Output {
    file: File,
    bytes: u64,
    hash: Sha256,
}

impl Output {
    /// Makes an output.
    ///
    /// # Errors
    ///
    /// `AlreadyExists` if there is a file, or a symbolic link, of that name.
    pub(super) fn create(path: &Path) -> io::Result<Self> {
        let file = private(OpenOptions::new().create_new(true)).open(path)?;
        Ok(Self { file, bytes: 0, hash: Sha256::new() })
    }

    /// Opens an output of an interrupted run, without what was written after the checkpoint.
    pub(super) fn open_at(path: &Path, written: &Written) -> io::Result<Self> {
        if written.bytes == 0 && path.symlink_metadata().is_err() {
            return Self::create(path);
        }
        let mut file = private(OpenOptions::new().read(true)).open(path)?;
        check_owner(&file)?;
        let mut hash = Sha256::new();
        let read = io::copy(&mut (&mut file).take(written.bytes), &mut HashWriter(&mut hash))?;
        if read < written.bytes {
            return Err(io::Error::other(format!("it has {read} bytes, and had {} at its checkpoint", written.bytes)));
        }
        if written.bytes > 0 && in_hexadecimal(hash.clone()) != written.sha256 {
            return Err(io::Error::other("it is not what was written before the checkpoint"));
        }
        file.set_len(written.bytes)?;
        file.seek(SeekFrom::End(0))?;
        Ok(Self { file, bytes: written.bytes, hash })
    }

    /// Writes it for good, and says what is in it.
    pub(super) fn keep(&self) -> io::Result<Written> {
        self.file.sync_data()?;
        Ok(Written { bytes: self.bytes, sha256: in_hexadecimal(self.hash.clone()) })
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.hash.update(&bytes[..written]);
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// Refuses a file that others can read or write, or that has another name.
fn check_owner(file: &File) -> io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        let file = file.metadata()?;
        if !file.is_file() || file.mode() & 0o077 != 0 || file.nlink() != 1 {
            return Err(io::Error::other("others can read or write it"));
        }
    }
    Ok(())
}

/// Written by its owner alone, and not through a symbolic link.
fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::custom_flags(options, libc::O_NOFOLLOW);
    options.write(true)
}
