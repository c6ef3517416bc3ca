//! Sealed bundles: checked without the station, and what does not fit is named.

use std::io::{Cursor, Read as _, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

use crate::support::cli::Town;
use crate::support::records;

/// A town with a history, and a bundle of half a year.
async fn sealed(town: &Town) -> PathBuf {
    let store = records::station(&town.data()).await;
    for (at, record) in records::history(3, 40) {
        store.append(&[record], at).await.unwrap();
    }
    store.close().await;
    let out = town.path("so.zip");
    town.loa(&["bundle", "make", "--period", "2023-H1", "--out", out.to_str().unwrap()]).done();
    out
}

fn parts(file: &Path) -> Vec<(String, Vec<u8>)> {
    let mut archive = ZipArchive::new(std::fs::File::open(file).unwrap()).unwrap();
    (0..archive.len())
        .map(|index| {
            let mut entry = archive.by_index(index).unwrap();
            let mut bytes = Vec::new();
            entry.read_to_end(&mut bytes).unwrap();
            (entry.name().unwrap().into_owned(), bytes)
        })
        .collect()
}

fn pack(parts: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        zip.start_file(name.as_str(), SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// An inspector's machine: no data folder, no configuration of the station.
fn verify(town: &Town, file: &Path, more: &[&str]) -> crate::support::cli::Ran {
    let elsewhere = tempfile::tempdir().unwrap();
    let mut arguments = vec!["bundle", "verify", file.to_str().unwrap()];
    arguments.extend(more);
    let mut command = town.command(&arguments);
    command.env_remove("LOA_CONFIG").env("LOA_DATA", elsewhere.path().join("nothing-here"));
    let output = command.output().unwrap();
    crate::support::cli::Ran {
        code: output.status.code().unwrap(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

#[tokio::test]
async fn a_bundle_is_checked_on_a_machine_that_knows_nothing_of_the_station() {
    let town = Town::new();
    let file = sealed(&town).await;
    let key = town.json(&["bundle", "key"]);
    let public = key["public_key"].as_str().unwrap();
    let verified = verify(&town, &file, &["--json", "--key", public]).done().document();
    assert_eq!(
        (&verified["ok"], &verified["key_given"], &verified["period"]),
        (&json!(true), &json!(true), &json!("2023-H1"))
    );
    let head = town.json(&["log", "verify"]);
    let head = &head;
    assert_eq!(verified["head"]["hash"], head["head"]);
    let rows = parts(&file).into_iter().find(|part| part.0 == "records.jsonl").unwrap().1;
    let first: Value = serde_json::from_slice(rows.split(|byte| *byte == b'\n').next().unwrap()).unwrap();
    let before = first["seq"].as_u64().unwrap() - 1;
    assert!(before > 0, "rows before the period are left out");
    assert_eq!(verified["records"].as_u64().unwrap() + before, head["entries"].as_u64().unwrap());
    assert_eq!(verified["fingerprint"], key["fingerprint"]);
    assert!(verify(&town, &file, &[]).done().err.contains("the bundle cannot prove"));
    verify(&town, &file, &["--key", &"ab".repeat(32)]).failed(1, "not by the one given");

    let secret = town.data().join("station.key");
    assert_eq!(secret.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    let report = town.json(&["report", "--period", "2023-H1"]);
    assert_eq!(report["key_fingerprint"], key["fingerprint"]);
    std::fs::set_permissions(&secret, std::fs::Permissions::from_mode(0o644)).unwrap();
    town.loa(&["bundle", "key"]).failed(1, "others than its owner may read");
}

#[tokio::test]
async fn the_first_thing_that_does_not_fit_is_named() {
    let town = Town::new();
    let file = sealed(&town).await;
    let whole = parts(&file);
    let changed = |name: &str, change: &dyn Fn(&str) -> String| {
        let mut parts = whole.clone();
        let part = parts.iter_mut().find(|part| part.0 == name).unwrap();
        part.1 = change(std::str::from_utf8(&part.1).unwrap()).into_bytes();
        let file = town.path("sua.zip");
        std::fs::write(&file, pack(&parts)).unwrap();
        verify(&town, &file, &[])
    };
    changed("report.json", &|text| text.replacen("\"items\": ", "\"items\": 1", 1))
        .failed(1, "report.json: its bytes are not");
    changed("ledger.jsonl", &|text| format!("{text}{{}}\n")).failed(1, "ledger.jsonl: its bytes are not");
    changed("manifest.json", &|text| text.replacen("2023-06-14", "2023-06-15", 1))
        .failed(1, "the signature is not one of");
    changed("manifest.json", &|text| text.replacen(',', ", ", 1)).failed(1, "it is not in its one spelling");
    changed("manifest.sig", &|_| "00".repeat(64)).failed(1, "manifest.sig: the signature is not");
    changed("manifest.sig", &|_| "signed".to_owned()).failed(1, "manifest.sig: the signature is not");
    let rows = whole.iter().find(|part| part.0 == "records.jsonl").unwrap().1.clone();
    let fifth = String::from_utf8(rows).unwrap().lines().nth(4).unwrap().to_owned();
    let seq = serde_json::from_str::<Value>(&fifth).unwrap()["seq"].as_u64().unwrap();
    changed("records.jsonl", &|text| text.replacen(&format!("{fifth}\n"), "", 1))
        .failed(1, &format!("record {seq} is missing, {} is in its place", seq + 1));
    changed("records.jsonl", &|text| text.replacen("Nguyễn Thị Hoa", "Nguyễn Thị Hóa", 1))
        .failed(1, "hash is not that of its content");
    changed("records.jsonl", &|text| {
        let mut lines: Vec<&str> = text.lines().collect();
        lines.pop();
        lines.join("\n") + "\n"
    })
    .failed(1, "records.jsonl: ");
}

/// What an inspector may be sent instead of a bundle.
#[tokio::test]
async fn hostile_files_are_refused_and_write_nothing() {
    let town = Town::new();
    let file = sealed(&town).await;
    let whole = parts(&file);
    let told = |bytes: Vec<u8>, said: &str| {
        let file = town.path("la.zip");
        std::fs::write(&file, bytes).unwrap();
        verify(&town, &file, &[]).failed(1, said);
    };
    told(Vec::new(), "it is no ZIP file");
    told(b"PK\x05\x06 and nothing behind it".to_vec(), "it holds 29807 files");
    let mut more = whole.clone();
    more.push(("../../etc/cron.d/loa".to_owned(), b"x".to_vec()));
    told(pack(&more), "it holds 8 files, expected 7");
    let mut escaping = whole.clone();
    escaping[4].0 = "../../ledger.jsonl".to_owned();
    told(pack(&escaping), "`../../ledger.jsonl`, which no bundle has");
    let mut bomb = whole.clone();
    bomb[3].1 = vec![0; 30_000_000];
    told(pack(&bomb), "bytes claim to be 30000000, which no bundle has");
    let mut huge = whole.clone();
    let manifest = huge.iter_mut().find(|part| part.0 == "manifest.json").unwrap();
    manifest.1 = (0..200_000_u32).flat_map(u32::to_le_bytes).collect();
    told(pack(&huge), "manifest.json: ");
    let cut = std::fs::read(&file).unwrap();
    told(cut[..cut.len() / 2].to_vec(), "it is no ZIP file");
    // Wherever a byte is changed, nothing panics and nothing passes that was not signed.
    let mut random = fastrand::Rng::with_seed(9);
    for _ in 0..25 {
        let mut bytes = cut.clone();
        let at = random.usize(..bytes.len());
        bytes[at] ^= 1 << random.u8(..8);
        let damaged = town.path("hong.zip");
        std::fs::write(&damaged, &bytes).unwrap();
        let ran = verify(&town, &damaged, &["--json"]);
        if ran.code == 0 {
            let same: Vec<_> = parts(&damaged).into_iter().map(|part| part.1).collect();
            assert!(whole.iter().all(|part| same.contains(&part.1)), "byte {at}: {ran:?}");
        } else {
            assert_eq!(ran.code, 1, "byte {at}: {ran:?}");
        }
    }
}

#[test]
fn a_bundle_of_nothing_is_whole_and_a_log_with_a_hole_gives_none() {
    let town = Town::new();
    town.furnish();
    let out = town.path("trong.zip");
    let made = town.json(&["bundle", "make", "--period", "2023-H1", "--out", out.to_str().unwrap()]);
    assert_eq!((&made["records"], &made["head"]), (&json!(0), &Value::Null));
    verify(&town, &out, &[]).done();
    town.loa(&["bundle", "make", "--period", "2023-H1", "--out", "/nowhere/so.zip"])
        .failed(1, "cannot write the bundle");
    town.loa(&["bundle", "make", "--out", out.to_str().unwrap()]).failed(2, "no period is given");
    verify(&town, &town.path("none.zip"), &[]).failed(1, "cannot read the bundle");
}
