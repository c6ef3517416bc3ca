//! Making a bundle.

use std::fs::File;
use std::io::{self, BufWriter, Write as _};
use std::path::Path;

use chrono::TimeDelta;
use serde::Serialize;
use tempfile::NamedTempFile;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::key::StationKey;
use super::manifest::{self, Head, Manifest, Part, Recording, Row};
use crate::desk::Desk;
use crate::desk::error::{DeskError, ErrorKind};
use crate::desk::recordings;
use crate::desk::report::ReportQuery;
use crate::domain::report::Period;
use crate::domain::time::Now;
use crate::export::{reconciliation, report};
use crate::store::ChainHash;

/// Rows read at once.
const PAGE: u32 = 2_000;
/// Rundowns are chosen before their occurrences: the rows of a period begin so much before its first midnight.
const BEFORE: TimeDelta = TimeDelta::hours(1);
/// The most recordings that are listed.
const RECORDINGS_MAX: usize = 100_000;

/// What a bundle holds besides the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BundleOptions {
    /// Which days.
    pub period: Period,
    /// Whether the bytes of each recording are read for their digest, which takes a while.
    pub digest_recordings: bool,
}

/// A bundle that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BundleMade {
    /// Rows of the log in it.
    pub records: u64,
    /// The last of them; none if the log is empty.
    pub head: Option<(u64, String)>,
    /// Recordings listed.
    pub recordings: usize,
    /// The public key that fits its signature, in hexadecimal.
    pub public_key: String,
    /// Size of the file, in bytes.
    pub bytes: u64,
}

impl Desk {
    /// Makes a bundle at `out`, which appears only when it is whole. An existing file is replaced.
    ///
    /// # Errors
    /// The file cannot be written, the key cannot be had, a row of the log does not follow the one before; the store's own.
    pub async fn bundle(&self, options: &BundleOptions, out: &Path, now: Now) -> Result<BundleMade, DeskError> {
        let key = StationKey::open(&self.config.data.folder)?;
        let period = options.period;
        let document = self.report(&ReportQuery { period, campaign: None }, now).await?;
        let head = self.head_of(&document.provenance)?;
        let account = self.reconciliation(period, now).await?;
        let failed = |error: &dyn std::error::Error| unwritten(out, error);
        let written = report::json(&self.sheet(&document)).map_err(|error| failed(&error))?;
        let reconciled = reconciliation::json(&self.reconciliation_sheet(&account)).map_err(|error| failed(&error))?;
        let recordings = self.recordings(period, options.digest_recordings)?;
        let ledger = self.activities(Some(period), true).await?;

        let mut sealing = Sealing::begin(out)?;
        let (first_seq, records) = self.put_records(&mut sealing, period, head).await?;
        sealing.put(manifest::RECORDINGS, &lines(&recordings).map_err(|error| failed(&error))?)?;
        sealing.put(manifest::REPORT, written.as_bytes())?;
        sealing.put(manifest::RECONCILIATION, reconciled.as_bytes())?;
        sealing.put(manifest::LEDGER, &lines(&ledger).map_err(|error| failed(&error))?)?;
        let manifest = Manifest {
            format: manifest::FORMAT.to_owned(),
            version: manifest::VERSION,
            station: document.provenance.station.clone(),
            program: document.provenance.program.clone(),
            made_at: now.wall,
            simulated: document.provenance.simulated,
            period: period.text(),
            from: period.from,
            to: period.to,
            first_seq,
            head,
            public_key: key.public(),
            parts: sealing.parts.clone(),
        };
        let text = manifest::text(&manifest).map_err(|error| failed(&error))?;
        let signature = key.sign(&manifest::signed(text.as_bytes()));
        let bytes = sealing.end(&text, &signature)?;
        Ok(BundleMade {
            records,
            head: head.map(|head| (head.seq, head.hash.to_string())),
            recordings: recordings.len(),
            public_key: key.public(),
            bytes,
        })
    }

    fn head_of(&self, provenance: &report::Provenance) -> Result<Option<Head>, DeskError> {
        let Some(head) = &provenance.log_head else { return Ok(None) };
        let hash = head.hash.parse().map_err(|error: String| DeskError::new(ErrorKind::Failed, error))?;
        Ok(Some(Head { seq: head.seq, hash }))
    }

    /// Writes the rows from the first of the period to the head; the first one's number, and how many.
    async fn put_records(
        &self,
        sealing: &mut Sealing,
        period: Period,
        head: Option<Head>,
    ) -> Result<(Option<u64>, u64), DeskError> {
        sealing.start(manifest::RECORDS)?;
        let window = period.window(self.store.settings().zone);
        let first = self.store.first_row_from(window.from - BEFORE).await?;
        let last = head.map_or(0, |head| head.seq);
        let first = first.filter(|first| *first <= last);
        let mut next = first.unwrap_or(last + 1);
        let mut count = 0;
        let mut before: Option<ChainHash> = None;
        while next <= last {
            let rows = self.store.raw_rows(next - 1, PAGE).await?;
            // Rows gone from the end of the table, which would be asked for again and again.
            let gone = rows.is_empty();
            for row in rows.into_iter().take_while(|row| row.seq <= last) {
                if row.seq != next || before.is_some_and(|before| before != row.prev) {
                    return Err(misfit(next));
                }
                before = Some(row.hash);
                let line = Row { seq: row.seq, at: row.at, body: row.body, prev: row.prev, hash: row.hash };
                sealing.line(&line)?;
                (next, count) = (next + 1, count + 1);
            }
            if gone {
                return Err(misfit(next));
            }
        }
        sealing.finish();
        Ok((first, count))
    }

    /// The files of the recorded programme that were begun in a period.
    fn recordings(&self, period: Period, digest: bool) -> Result<Vec<Recording>, DeskError> {
        let Some(folder) = self.config.audio.programme_folder() else { return Ok(Vec::new()) };
        let window = period.window(self.store.settings().zone);
        let failed = |error: io::Error| {
            let text = format!("cannot list the recordings in {}", folder.display());
            DeskError { causes: vec![error.to_string()], ..DeskError::new(ErrorKind::Failed, text) }
        };
        let mut found = Vec::new();
        for (path, begun) in recordings::all(folder).map_err(failed)? {
            if !window.contains(begun) {
                continue;
            }
            // By its place in the folder of all recordings: those of a zone are below it.
            let name = path.strip_prefix(folder).unwrap_or(&path).to_string_lossy().into_owned();
            let bytes = std::fs::metadata(&path).map_err(failed)?.len();
            let blake3 = if digest { Some(digest_of(&path).map_err(failed)?) } else { None };
            found.push(Recording { name, bytes, blake3 });
            if found.len() > RECORDINGS_MAX {
                return Err(DeskError::refused(format!(
                    "more than {RECORDINGS_MAX} recordings; choose a shorter period"
                )));
            }
        }
        found.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(found)
    }
}

fn digest_of(path: &Path) -> io::Result<String> {
    let mut hasher = blake3::Hasher::new();
    io::copy(&mut File::open(path)?, &mut hasher)?;
    Ok(hasher.finalize().to_string())
}

fn lines(of: &[impl Serialize]) -> serde_json::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    for one in of {
        serde_json::to_writer(&mut bytes, one)?;
        bytes.push(b'\n');
    }
    Ok(bytes)
}

fn misfit(seq: u64) -> DeskError {
    let text = format!("record {seq} of the log does not fit, so no bundle is made of it");
    DeskError::refused(text).hint("`loa log verify` says what is wrong with the log")
}

fn unwritten(out: &Path, error: &dyn std::error::Error) -> DeskError {
    let text = format!("cannot write the bundle {}", out.display());
    let hint = "check the rights of its folder and the room on its disk";
    DeskError { causes: vec![error.to_string()], ..DeskError::new(ErrorKind::Failed, text).hint(hint) }
}

/// A bundle while it is written.
struct Sealing {
    zip: ZipWriter<BufWriter<NamedTempFile>>,
    out: std::path::PathBuf,
    parts: Vec<Part>,
    /// The part that is being written.
    open: Option<(&'static str, u64, blake3::Hasher)>,
}

impl Sealing {
    fn begin(out: &Path) -> Result<Self, DeskError> {
        let folder = out.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let file = NamedTempFile::new_in(folder).map_err(|error| unwritten(out, &error))?;
        Ok(Self { zip: ZipWriter::new(BufWriter::new(file)), out: out.to_owned(), parts: Vec::new(), open: None })
    }

    fn start(&mut self, name: &'static str) -> Result<(), DeskError> {
        let options = SimpleFileOptions::default();
        self.zip.start_file(name, options).map_err(|error| unwritten(&self.out, &error))?;
        self.open = Some((name, 0, blake3::Hasher::new()));
        Ok(())
    }

    fn line(&mut self, of: &impl Serialize) -> Result<(), DeskError> {
        let mut line = serde_json::to_vec(of).map_err(|error| unwritten(&self.out, &error))?;
        line.push(b'\n');
        self.write(&line)
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), DeskError> {
        if let Some((_, size, hasher)) = &mut self.open {
            hasher.update(bytes);
            *size += bytes.len() as u64;
        }
        self.zip.write_all(bytes).map_err(|error| unwritten(&self.out, &error))
    }

    fn finish(&mut self) {
        if let Some((name, bytes, hasher)) = self.open.take() {
            self.parts.push(Part { name: name.to_owned(), bytes, blake3: hasher.finalize().to_string() });
        }
    }

    fn put(&mut self, name: &'static str, bytes: &[u8]) -> Result<(), DeskError> {
        self.start(name)?;
        self.write(bytes)?;
        self.finish();
        Ok(())
    }

    /// Adds manifest and signature, and gives the file its name. Its size in bytes.
    fn end(mut self, manifest: &str, signature: &str) -> Result<u64, DeskError> {
        self.put(manifest::MANIFEST, manifest.as_bytes())?;
        self.put(manifest::SIGNATURE, format!("{signature}\n").as_bytes())?;
        let failed = |error: &dyn std::error::Error| unwritten(&self.out, error);
        let writer = self.zip.finish().map_err(|error| failed(&error))?;
        let file = writer.into_inner().map_err(|error| failed(error.error()))?;
        let bytes = file.as_file().metadata().map_err(|error| failed(&error))?.len();
        file.as_file().sync_all().map_err(|error| failed(&error))?;
        file.persist(&self.out).map_err(|error| failed(&error.error))?;
        Ok(bytes)
    }
}
