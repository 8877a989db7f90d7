//! `link sign --from --to`: a file of links, in constant memory, that goes on where it stopped.

use std::path::Path;

use tokio::process::Command;

use crate::support::{BASE, SECRET, verified};

const PROGRAM: &str = env!("CARGO_BIN_EXE_action-links");

/// Signs `bookings.csv` of the folder into its `links.csv`.
async fn sign(folder: &Path) -> (Option<i32>, String) {
    let mut command = Command::new(PROGRAM);
    command.args(["link", "sign", "--base-url", BASE, "--from", "bookings.csv", "--to", "links.csv"]);
    let output = command.current_dir(folder).env_clear().env("ACTION_LINKS_API_KEY", SECRET).output().await.unwrap();
    (output.status.code(), String::from_utf8([output.stdout, output.stderr].concat()).unwrap())
}

fn rows(path: &Path) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_path(path).unwrap();
    reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect()
}

#[tokio::test]
async fn good_rows_get_a_link_and_bad_ones_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let input = "action,booking_id,expires_in,redirect\n\
                 confirm,b-1,60,https://salon.example/thanks\n\
                 confirm,b 2,,\n\
                 \"cancel\",b-3,,\n\
                 confirm,b-4,soon,\n\
                 confirm,b-5,,http://salon.example\n\
                 confirm\n";
    std::fs::write(folder.path().join("bookings.csv"), input).unwrap();
    let (code, said) = sign(folder.path()).await;
    assert!(code == Some(1) && said.contains("Signed 2 links") && said.contains("4 rows make no sense"), "{said}");
    let links = rows(&folder.path().join("links.csv"));
    assert_eq!(links[0], ["booking_id", "action", "redirect", "expires_in", "sub", "url"]);
    assert_eq!(links.iter().skip(1).map(|row| row[0].as_str()).collect::<Vec<_>>(), ["b-1", "b-3"]);
    for row in &links[1..] {
        let verified = verified(&row[5], std::time::SystemTime::now());
        assert_eq!((verified.booking_id().as_str(), verified.action().as_str()), (&*row[0], &*row[1]));
        assert_eq!(verified.authentic().claims().exp.is_some(), row[0] == "b-1");
    }
    let errors = rows(&folder.path().join("links.csv.errors.csv"));
    let told: Vec<_> = errors.iter().skip(1).map(|row| (row[0].as_str(), row[1].as_str())).collect();
    assert_eq!(told.iter().map(|(line, _)| *line).collect::<Vec<_>>(), ["3", "5", "6", "7"]);
    assert!(
        told[0].1.contains("booking_id") && told[1].1.contains("expires_in") && told[2].1.contains("https"),
        "{told:?}"
    );
}

#[tokio::test]
async fn an_interrupted_file_goes_on_where_it_stopped() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let input: String = (0..25_000).map(|n| format!("b-{n},confirm\n")).collect();
    // A quotation mark that is never closed makes the rest one row: the second part is not there yet.
    std::fs::write(path("bookings.csv"), format!("booking_id,action\n{input}")).unwrap();
    assert_eq!(sign(folder.path()).await.0, Some(0));
    let whole = rows(&path("links.csv"));
    assert_eq!(whole.len(), 25_001);
    assert!(!path("links.csv.progress").exists() && !path("links.csv.errors.csv").exists());
    // As after a kill: the checkpoint of row 20,000, and a part of what came after it.
    let text = std::fs::read_to_string(path("links.csv")).unwrap();
    let at_checkpoint: usize = text.split_inclusive('\n').take(20_001).map(str::len).sum();
    std::fs::write(path("links.csv"), &text[..at_checkpoint + 1234]).unwrap();
    std::fs::write(path("links.csv.errors.csv"), "line,error\nhalf a li").unwrap();
    let errors = "line,error\n".len();
    let checkpoint =
        format!(r#"{{"rows":20000,"signed":20000,"refused":0,"links_bytes":{at_checkpoint},"errors_bytes":{errors}}}"#);
    std::fs::write(path("links.csv.progress"), checkpoint).unwrap();
    let (code, said) = sign(folder.path()).await;
    assert!(code == Some(0) && said.contains("Signed 25000 links"), "{said}");
    let ids = |rows: &[Vec<String>]| rows.iter().map(|row| row[0].clone()).collect::<Vec<_>>();
    assert_eq!(ids(&rows(&path("links.csv"))), ids(&whole));
}

#[tokio::test]
async fn a_file_that_is_none_is_told() {
    let folder = tempfile::tempdir().unwrap();
    for (input, fault) in [
        (None, "No such file"),
        (Some("id,action\nb-1,confirm\n"), "unknown columns: id"),
        (Some("booking_id\nb-1\n"), "must name the columns booking_id and action"),
    ] {
        if let Some(input) = input {
            std::fs::write(folder.path().join("bookings.csv"), input).unwrap();
        }
        let (code, said) = sign(folder.path()).await;
        assert!(code == Some(1) && said.contains(fault), "{said}");
    }
}
