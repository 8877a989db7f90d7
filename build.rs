//! Compiles the locales into the program: `src/pages/locales/*.json`. A file with a missing or an
//! unknown string stops the build. A test checks that the states and actions of the built-in graphs
//! have words.

#[cfg(feature = "lambda")]
#[path = "src/pages/words.rs"]
#[expect(dead_code, unreachable_pub, reason = "read by the pages; here it is only written down")]
mod words;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    #[cfg(feature = "lambda")]
    locales::write()?;
    Ok(())
}

#[cfg(feature = "lambda")]
mod locales {
    use std::error::Error;
    use std::path::{Path, PathBuf};
    use std::{env, fs, io};

    use serde::Deserialize;
    use serde_json::Value;

    use crate::words::Words;

    const LOCALES: &str = "src/pages/locales";

    pub(super) fn write() -> Result<(), Box<dyn Error>> {
        println!("cargo::rerun-if-changed={LOCALES}");
        println!("cargo::rerun-if-changed=src/pages/words.rs");
        let files = fs::read_dir(LOCALES)?.map(|entry| Ok(entry?.path())).collect::<io::Result<Vec<PathBuf>>>()?;
        let mut files: Vec<_> = files.iter().filter(|file| file.extension() == Some("json".as_ref())).collect();
        // English first, because it is the fallback.
        files.sort_by_key(|file| (!file.ends_with("en.json"), *file));
        if files.first().is_none_or(|first| !first.ends_with("en.json")) {
            return Err(format!("{LOCALES}/en.json is missing").into());
        }
        let locales = files.into_iter().map(|file| read(file)).collect::<Result<Vec<_>, _>>()?;
        let code = format!("&[{}]", locales.join(", "));
        Ok(fs::write(Path::new(&env::var("OUT_DIR")?).join("locales.rs"), code)?)
    }

    /// A file as Rust code.
    fn read(file: &Path) -> Result<String, Box<dyn Error>> {
        let tag = file.file_stem().and_then(|name| name.to_str()).ok_or("a locale without a name")?;
        // A file with another name would never be found.
        let is_tag = |tag: &str| {
            let language = tag.split('-').next().unwrap_or_default();
            (2..=3).contains(&language.len()) && tag.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        };
        if !is_tag(tag) {
            return Err(format!("{}: name it after its language tag, such as `sv` or `pt-BR`", file.display()).into());
        }
        let fault = |fault: &dyn std::fmt::Display| format!("{}: {fault}", file.display());
        // Used until the build script ends.
        let json: &'static Value =
            Box::leak(Box::new(serde_json::from_str(&fs::read_to_string(file)?).map_err(|error| fault(&error))?));
        if says_nothing(json) {
            return Err(fault(&"a string is empty").into());
        }
        let words = Words::deserialize(json).map_err(|error| fault(&error))?;
        Ok(format!("Locale {{ tag: {tag:?}, words: {words:?} }}"))
    }
    /// Whether any string in it is empty.
    fn says_nothing(json: &Value) -> bool {
        match json {
            Value::String(text) => text.trim().is_empty(),
            Value::Object(members) => members.values().any(says_nothing),
            _ => false,
        }
    }
}
