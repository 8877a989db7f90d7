//! `link sign --from --to`: a file of links, in constant memory, that goes on where it stopped.

use std::path::Path;

use tokio::process::Command;

use crate::support::{BASE, SECRET, claims_of, verified};

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
                 confirm\n\
                 dance,b-6,,\n\
                 confirm,b-7,,,https://salon.example/lost\n";
    std::fs::write(folder.path().join("bookings.csv"), input).unwrap();
    let (code, said) = sign(folder.path()).await;
    assert!(code == Some(1) && said.contains("Signed 2 links") && said.contains("6 rows make no sense"), "{said}");
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
    assert_eq!(told.iter().map(|(line, _)| *line).collect::<Vec<_>>(), ["3", "5", "6", "7", "8", "9"]);
    assert!(
        told[0].1.contains("booking id") && told[1].1.contains("expires_in") && told[2].1.contains("https"),
        "{told:?}"
    );
}

#[tokio::test]
async fn a_file_of_excels_is_read_with_all_its_columns() {
    let folder = tempfile::tempdir().unwrap();
    // A byte order mark, semicolons, and line ends of Windows.
    let input = "\u{feff}booking_id;action;confirm;lang;not_before;expires_in\r\n\
                 b-1;cancel;true;de;2026-01-24T18:00:00Z;14d\r\n\
                 b-2;confrim;;;;\r\n\
                 b-3;confirm;maybe;;;\r\n\
                 b-4;confirm;no;;;\r\n\
                 b-5;confirm;;dee;;\r\n\
                 b-6;confirm;;;soon;\r\n";
    std::fs::write(folder.path().join("bookings.csv"), input).unwrap();
    let (code, said) = sign(folder.path()).await;
    assert!(code == Some(1) && said.contains("Signed 2 links"), "{said}");
    let links = std::fs::read_to_string(folder.path().join("links.csv")).unwrap();
    let lines: Vec<Vec<&str>> = links.lines().map(|line| line.split(';').collect()).collect();
    assert_eq!(
        lines[0],
        ["booking_id", "action", "redirect", "expires_in", "sub", "confirm", "lang", "not_before", "url"]
    );
    let claims = claims_of(lines[1][8]);
    assert_eq!((&claims["confirm"], &claims["lang"]), (&true.into(), &"de".into()));
    assert_eq!(claims["exp"].as_u64().unwrap() - claims["iat"].as_u64().unwrap(), 14 * 86_400);
    assert_eq!(claims["nbf"], 1_769_277_600);
    assert_eq!((lines[2][0], &claims_of(lines[2][8])["confirm"]), ("b-4", &false.into()));
    let errors = std::fs::read_to_string(folder.path().join("links.csv.errors.csv")).unwrap();
    for hint in ["Did you mean `confirm`?", "neither true nor false", "Did you mean `de`?", "not_before must be a time"]
    {
        assert!(errors.contains(hint), "{hint}: {errors}");
    }
}

#[tokio::test]
async fn links_go_to_standard_output_from_standard_input() {
    let folder = tempfile::tempdir().unwrap();
    let input = "booking_id,action\nb-1,confirm\nb 2,confirm\n";
    std::fs::write(folder.path().join("bookings.csv"), input).unwrap();
    let run = async |from: &str, to: &str, more: &[&str]| {
        let mut command = Command::new(PROGRAM);
        command.args(["link", "sign", "--base-url", BASE, "--from", from, "--to", to]).args(more);
        command.stdin(std::fs::File::open(folder.path().join("bookings.csv")).unwrap()).current_dir(folder.path());
        let output = command.env_clear().env("ACTION_LINKS_API_KEY", SECRET).output().await.unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (output.status.code(), text(output.stdout), text(output.stderr))
    };
    for from in ["bookings.csv", "-"] {
        let (code, links, said) = run(from, "-", &[]).await;
        assert_eq!((code, links.lines().count()), (Some(1), 2), "{links}");
        assert!(links.starts_with("booking_id,action,redirect,expires_in,sub,url\nb-1,confirm,,,,https://"), "{links}");
        assert!(said.contains("line 3: booking id") && said.contains("Signed 1 links, and 1 rows"), "{said}");
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    assert!(run("-", "links.csv", &[]).await.2.contains("Give --to -"));
    assert!(run("bookings.csv", "-", &["--json"]).await.2.contains("both want standard output"));
}

#[tokio::test]
async fn an_interrupted_file_goes_on_where_it_stopped() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let input: String = (0..25_000).map(|n| format!("b-{n},confirm\n")).collect();
    std::fs::write(path("bookings.csv"), format!("booking_id,action\n{input}")).unwrap();
    assert_eq!(sign(folder.path()).await.0, Some(0));
    let whole = rows(&path("links.csv"));
    assert_eq!(whole.len(), 25_001);
    assert!(!path("links.csv.progress").exists() && !path("links.csv.errors.csv").exists());
    std::fs::remove_file(path("links.csv")).unwrap();
    // It is killed somewhere after the checkpoint of row 10,000 or 20,000.
    interrupt(folder.path(), 0).await;
    let (code, said) = sign(folder.path()).await;
    assert!(code == Some(0) && said.contains("Signed 25000 links"), "{said}");
    let ids = |rows: &[Vec<String>]| rows.iter().map(|row| row[0].clone()).collect::<Vec<_>>();
    assert_eq!(ids(&rows(&path("links.csv"))), ids(&whole));
}

/// Interrupts a run: a row that is not UTF-8 at the end of the input would not stop it, so it stops where the disk
/// cannot be written any more, at `ulimit -f`.
async fn interrupt(folder: &Path, more_blocks: u64) {
    let limited = format!(
        "ulimit -f {}; exec {PROGRAM} link sign --base-url {BASE} --from bookings.csv --to links.csv",
        3200 + more_blocks
    );
    let mut command = Command::new("bash");
    command.args(["-c", &limited]).current_dir(folder).env_clear().env("ACTION_LINKS_API_KEY", SECRET);
    let status = command.output().await.unwrap().status;
    assert!(!status.success());
    assert!(folder.join("links.csv.progress").exists());
}

/// A folder with an interrupted run of 25,000 rows.
async fn interrupted() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let input: String = (0..25_000).map(|n| format!("b-{n},confirm\n")).collect();
    std::fs::write(folder.path().join("bookings.csv"), format!("booking_id,action\n{input}")).unwrap();
    interrupt(folder.path(), 0).await;
    folder
}

#[tokio::test]
async fn only_the_same_run_goes_on() {
    let folder = interrupted().await;
    let path = |name: &str| folder.path().join(name);
    let before = std::fs::read(path("links.csv")).unwrap();
    let run = async |key: &str, base: &str, more: &[&str]| {
        let mut command = Command::new(PROGRAM);
        command.args(["link", "sign", "--base-url", base, "--from", "bookings.csv", "--to", "links.csv"]).args(more);
        let output = command.current_dir(folder.path()).env_clear().env("ACTION_LINKS_API_KEY", key).output().await;
        let output = output.unwrap();
        assert!(!output.status.success());
        String::from_utf8(output.stderr).unwrap()
    };
    let other = "test_api_key_of_somebody_else_0123456789abc";
    assert!(run(other, BASE, &[]).await.contains("a run with another API key"));
    assert!(run(SECRET, "https://else.example", &[]).await.contains("another --base-url"));
    assert!(run(SECRET, BASE, &["--confirm"]).await.contains("another --confirm"));
    let input = std::fs::read(path("bookings.csv")).unwrap();
    std::fs::write(path("bookings.csv"), [&input[..], b"b-x,confirm\n"].concat()).unwrap();
    assert!(run(SECRET, BASE, &[]).await.contains("another input"));
    std::fs::write(path("bookings.csv"), input).unwrap();
    // A checkpoint that somebody has made up, or whose output is gone, is not trusted.
    let text = std::fs::read_to_string(path("links.csv.progress")).unwrap();
    let (head, rest) = text.split_once(r#""links":{"bytes":"#).unwrap();
    let digits = rest.trim_start_matches(|c: char| c.is_ascii_digit());
    let planted = format!(r#"{head}"links":{{"bytes":3000000000{digits}"#);
    std::fs::write(path("links.csv.progress"), planted).unwrap();
    assert!(run(SECRET, BASE, &[]).await.contains("was not written with this API key"));
    std::fs::write(path("links.csv.progress"), &text).unwrap();
    assert_eq!(std::fs::read(path("links.csv")).unwrap(), before);
    // Nor is an output that is not as it was written.
    std::fs::write(path("links.csv"), "Z".repeat(before.len())).unwrap();
    assert!(run(SECRET, BASE, &[]).await.contains("is not what was written before the checkpoint"));
    #[cfg(unix)]
    {
        let mode =
            |mode| std::fs::set_permissions(path("links.csv"), std::os::unix::fs::PermissionsExt::from_mode(mode));
        std::fs::write(path("links.csv"), &before).unwrap();
        mode(0o644).unwrap();
        assert!(run(SECRET, BASE, &[]).await.contains("others can read or write it"));
        mode(0o600).unwrap();
    }
    std::fs::write(path("links.csv"), "").unwrap();
    assert!(run(SECRET, BASE, &[]).await.contains("it has 0 bytes"));
    std::fs::write(path("links.csv.progress"), "{}").unwrap();
    assert!(run(SECRET, BASE, &[]).await.contains("it is not a checkpoint"));
}

#[cfg(unix)]
#[tokio::test]
async fn no_file_is_overwritten_or_followed_and_links_are_their_owners_alone() {
    use std::os::unix::fs::{PermissionsExt, symlink};

    let input = "booking_id,action\nb-1,confirm\nb 2,confirm\n";
    let folder = || {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("bookings.csv"), input).unwrap();
        folder
    };
    let read = |folder: &Path, name: &str| std::fs::read_to_string(folder.join(name)).unwrap();

    let fresh = folder();
    sign(fresh.path()).await;
    for name in ["links.csv", "links.csv.errors.csv"] {
        assert_eq!(fresh.path().join(name).metadata().unwrap().permissions().mode() & 0o777, 0o600, "{name}");
    }
    for taken in ["links.csv", "links.csv.errors.csv"] {
        let folder = folder();
        std::fs::write(folder.path().join(taken), "mine").unwrap();
        let (code, said) = sign(folder.path()).await;
        assert!(code == Some(1) && said.contains(taken) && said.contains("there is such a file already"), "{said}");
        assert_eq!(read(folder.path(), taken), "mine");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2, "{said}");
    }
    // The input under another name, and links to what is somebody else's.
    for name in ["links.csv", "links.csv.errors.csv", "links.csv.progress"] {
        let folder = folder();
        std::fs::hard_link(folder.path().join("bookings.csv"), folder.path().join(name)).unwrap();
        let (code, said) = sign(folder.path()).await;
        assert!(code == Some(1) && said.contains("is the input; nothing was written"), "{said}");
        assert_eq!(read(folder.path(), "bookings.csv"), input);
    }
    for name in ["links.csv", "links.csv.errors.csv", "links.csv.progress.new"] {
        let folder = folder();
        std::fs::write(folder.path().join("victim"), "mine").unwrap();
        symlink("victim", folder.path().join(name)).unwrap();
        sign(folder.path()).await;
        assert_eq!(read(folder.path(), "victim"), "mine", "{name}");
    }
    let folder = folder();
    let same = |to: &str| {
        let mut command = Command::new(PROGRAM);
        command.args(["link", "sign", "--base-url", BASE, "--from", "bookings.csv", "--to", to]);
        command.current_dir(folder.path()).env_clear().env("ACTION_LINKS_API_KEY", SECRET).output()
    };
    for to in ["bookings.csv", "./bookings.csv"] {
        assert!(!same(to).await.unwrap().status.success());
        assert_eq!(read(folder.path(), "bookings.csv"), input);
    }
}

#[tokio::test]
async fn a_file_that_is_none_is_told() {
    let folder = tempfile::tempdir().unwrap();
    for (input, fault) in [
        (None, "No such file"),
        (Some("id,action\nb-1,confirm\n"), "unknown columns: id"),
        (Some("booking_id,action,action\nb-1,confirm,cancel\n"), "the column action is there twice"),
        (Some("booking_id\nb-1\n"), "must name the columns booking_id and action"),
    ] {
        if let Some(input) = input {
            std::fs::write(folder.path().join("bookings.csv"), input).unwrap();
        }
        let (code, said) = sign(folder.path()).await;
        assert!(code == Some(1) && said.contains(fault), "{said}");
    }
}

#[tokio::test]
async fn a_run_that_was_killed_before_its_first_row_goes_on() {
    let folder = interrupted().await;
    // As it was when only the first checkpoint had been written, and one of the outputs made.
    let path = |name: &str| folder.path().join(name);
    std::fs::write(path("bookings.csv"), "booking_id,action\nb-1,confirm\n").unwrap();
    for name in ["links.csv", "links.csv.errors.csv", "links.csv.progress"] {
        std::fs::remove_file(path(name)).unwrap();
    }
    let mut command = Command::new("bash");
    let limited = format!("ulimit -f 0; exec {PROGRAM} link sign --base-url {BASE} --from bookings.csv --to links.csv");
    command.args(["-c", &limited]).current_dir(folder.path()).env_clear().env("ACTION_LINKS_API_KEY", SECRET);
    assert!(!command.output().await.unwrap().status.success());
    let (code, said) = sign(folder.path()).await;
    assert!(code == Some(0) && said.contains("Signed 1 links"), "{said}");
}
