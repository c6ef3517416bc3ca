//! Checking a bundle on any machine. Nothing is unpacked; what comes from the file is taken for hostile until it is checked.

use std::fs::File;
use std::io::{BufRead as _, BufReader, Read, Seek as _, SeekFrom};
use std::path::Path;

use chrono::{DateTime, NaiveDate, Utc};
use ed25519_dalek::{Signature, VerifyingKey};
use zip::ZipArchive;

use super::key::{bytes, fingerprint};
use super::manifest::{self, Manifest, PARTS, Row};
use crate::desk::error::{DeskError, ErrorKind};
use crate::store::{ChainHash, genesis_of, link};

/// The largest bundle, in bytes.
const FILE_BYTES_MAX: u64 = 2_000_000_000;
/// The largest part, unpacked, in bytes.
const PART_BYTES_MAX: u64 = 2_000_000_000;
/// The largest manifest, in bytes.
const MANIFEST_BYTES_MAX: u64 = 100_000;
/// The longest row of the log, in bytes.
const ROW_BYTES_MAX: u64 = 8_000_000;
/// A part may be packed to one part in so many: text of a log is packed to about one in ten.
const PACKED_MAX: u64 = 200;
/// The end of a ZIP lies within so many bytes of the end of the file.
const TAIL_BYTES: u64 = 66_000;

/// A bundle in which everything fits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BundleVerified {
    /// Whose.
    pub station: String,
    /// The period as it is typed.
    pub period: String,
    /// First day.
    pub from: NaiveDate,
    /// Last day.
    pub to: NaiveDate,
    /// When it was made.
    pub made_at: DateTime<Utc>,
    /// Whether it is of a rehearsal.
    pub simulated: bool,
    /// Rows of the log in it.
    pub records: u64,
    /// Number and hash of the last of them; none if the log was empty.
    pub head: Option<(u64, String)>,
    /// The key that signed it, in hexadecimal.
    pub public_key: String,
    /// The same, to compare by eye.
    pub fingerprint: String,
    /// Whether that is the key that was asked for. Without one, the signature only shows that nothing was changed since.
    pub key_given: bool,
}

/// Checks a bundle: form, signature, every part, every link of the log. `key` is the station's public key as the inspector has
/// it from elsewhere.
///
/// # Errors
/// The first thing that does not fit, named.
pub fn verify_bundle(path: &Path, key: Option<&str>) -> Result<BundleVerified, DeskError> {
    verify_called(path, &path.display().to_string(), key)
}

/// The same for a file that is shown to a person as `shown`.
pub(super) fn verify_called(path: &Path, shown: &str, key: Option<&str>) -> Result<BundleVerified, DeskError> {
    let misfit = |what: String| {
        let text = format!("{shown} does not fit: {what}");
        DeskError::new(ErrorKind::Refused, text)
            .hint("have the bundle sent again; if it still does not fit, it was changed")
    };
    let mut archive = open(path, shown, &misfit)?;
    let text = small(&mut archive, manifest::MANIFEST).map_err(misfit)?;
    let manifest: Manifest =
        serde_json::from_slice(&text).map_err(|error| misfit(format!("{}: {error}", manifest::MANIFEST)))?;
    let public_key = check_manifest(&manifest, &text, key).map_err(misfit)?;
    let signature = small(&mut archive, manifest::SIGNATURE).map_err(misfit)?;
    let signature = String::from_utf8_lossy(&signature);
    let signature = bytes::<64>(signature.trim()).map(|signature| Signature::from_bytes(&signature));
    let fits =
        signature.is_some_and(|signature| public_key.verify_strict(&manifest::signed(&text), &signature).is_ok());
    if !fits {
        return Err(misfit(format!(
            "{}: the signature is not one of the key {}",
            manifest::SIGNATURE,
            manifest.public_key
        )));
    }
    let mut records = 0;
    for part in &manifest.parts {
        let found =
            check_part(&mut archive, &manifest, &part.name).map_err(|why| misfit(format!("{}: {why}", part.name)))?;
        if part.name == manifest::RECORDS {
            records = found;
        }
    }
    Ok(BundleVerified {
        fingerprint: fingerprint(&manifest.public_key),
        station: manifest.station,
        period: manifest.period,
        from: manifest.from,
        to: manifest.to,
        made_at: manifest.made_at,
        simulated: manifest.simulated,
        records,
        head: manifest.head.map(|head| (head.seq, head.hash.to_string())),
        public_key: manifest.public_key,
        key_given: key.is_some(),
    })
}

type Archive = ZipArchive<BufReader<File>>;

/// Opens the file, after a look at its size and its end: an index of a million entries is not even read.
fn open(path: &Path, shown: &str, misfit: &impl Fn(String) -> DeskError) -> Result<Archive, DeskError> {
    let unreadable = |error: std::io::Error| {
        let text = format!("cannot read the bundle {shown}");
        DeskError { causes: vec![error.to_string()], ..DeskError::new(ErrorKind::Failed, text) }
    };
    let mut file = File::open(path).map_err(unreadable)?;
    let size = file.metadata().map_err(unreadable)?.len();
    if size > FILE_BYTES_MAX {
        return Err(misfit(format!("it has {size} bytes, at most {FILE_BYTES_MAX}")));
    }
    let mut tail = Vec::new();
    file.seek(SeekFrom::Start(size.saturating_sub(TAIL_BYTES))).map_err(unreadable)?;
    file.read_to_end(&mut tail).map_err(unreadable)?;
    let wanted = PARTS.len() + 2;
    match tail.windows(22).rposition(|bytes| bytes.starts_with(b"PK\x05\x06")) {
        None => return Err(misfit("it is no ZIP file".to_owned())),
        Some(at) => {
            let entries = usize::from(u16::from_le_bytes([tail[at + 10], tail[at + 11]]));
            if entries != wanted {
                return Err(misfit(format!("it holds {entries} files, expected {wanted}")));
            }
        }
    }
    file.rewind().map_err(unreadable)?;
    let mut archive =
        ZipArchive::new(BufReader::new(file)).map_err(|error| misfit(format!("it is no ZIP file ({error})")))?;
    if archive.len() != wanted || archive.has_duplicate_names() {
        return Err(misfit(format!("it holds {} files of different names, expected {wanted}", archive.len())));
    }
    for index in 0..archive.len() {
        let entry = archive.by_index(index).map_err(|error| misfit(format!("file {} ({error})", index + 1)))?;
        let name = entry.name().map_err(|error| misfit(format!("file {} ({error})", index + 1)))?.into_owned();
        let known = PARTS.contains(&name.as_str()) || name == manifest::MANIFEST || name == manifest::SIGNATURE;
        if !known {
            return Err(misfit(format!("it holds a file `{}`, which no bundle has", name.escape_debug())));
        }
        let (size, packed) = (entry.size(), entry.compressed_size());
        // Small parts may be packed well: an empty ledger, a report of zeros.
        if size > PART_BYTES_MAX || (size > MANIFEST_BYTES_MAX && size / PACKED_MAX > packed) {
            return Err(misfit(format!("{name}: {packed} bytes claim to be {size}, which no bundle has")));
        }
    }
    Ok(archive)
}

/// The bytes of a small file in it.
fn small(archive: &mut Archive, name: &str) -> Result<Vec<u8>, String> {
    let entry = archive.by_name(name).map_err(|error| format!("{name}: {error}"))?;
    let mut bytes = Vec::new();
    entry.take(MANIFEST_BYTES_MAX + 1).read_to_end(&mut bytes).map_err(|error| format!("{name}: {error}"))?;
    if bytes.len() as u64 > MANIFEST_BYTES_MAX {
        return Err(format!("{name}: more than {MANIFEST_BYTES_MAX} bytes"));
    }
    Ok(bytes)
}

fn check_manifest(manifest: &Manifest, text: &[u8], key: Option<&str>) -> Result<VerifyingKey, String> {
    let name = manifest::MANIFEST;
    if manifest.format != manifest::FORMAT || manifest.version != manifest::VERSION {
        let (format, version) = (manifest.format.escape_debug(), manifest.version);
        return Err(format!("{name}: {format} {version}, expected {} {}", manifest::FORMAT, manifest::VERSION));
    }
    let spelt = manifest::text(manifest).map_err(|error| format!("{name}: {error}"))?;
    if spelt.as_bytes() != text {
        return Err(format!("{name}: it is not in its one spelling"));
    }
    let named: Vec<&str> = manifest.parts.iter().map(|part| part.name.as_str()).collect();
    if named != PARTS {
        return Err(format!("{name}: its parts are {named:?}, expected {PARTS:?}"));
    }
    if key.is_some_and(|key| !key.trim().eq_ignore_ascii_case(&manifest.public_key)) {
        return Err(format!(
            "{name}: it is signed by the key {}, fingerprint {}, not by the one given",
            manifest.public_key.escape_debug(),
            fingerprint(&manifest.public_key)
        ));
    }
    let public = bytes::<32>(&manifest.public_key).and_then(|public| VerifyingKey::from_bytes(&public).ok());
    public.ok_or_else(|| format!("{name}: `{}` is no public key", manifest.public_key.escape_debug()))
}

/// Reads a part to its end and compares size and digest; of the log also every link. The number of its lines.
fn check_part(archive: &mut Archive, manifest: &Manifest, name: &str) -> Result<u64, String> {
    let Some(part) = manifest.parts.iter().find(|part| part.name == name) else { return Ok(0) };
    let entry = archive.by_name(name).map_err(|error| error.to_string())?;
    let mut reader = BufReader::new(entry.take(part.bytes.saturating_add(1).min(PART_BYTES_MAX)));
    let mut hasher = blake3::Hasher::new();
    let mut chain = Chain { manifest, next: None, before: None };
    let (mut line, mut size, mut lines) = (Vec::new(), 0_u64, 0);
    loop {
        line.clear();
        let read = (&mut reader).take(ROW_BYTES_MAX).read_until(b'\n', &mut line).map_err(|error| error.to_string())?;
        if read == 0 {
            break;
        }
        hasher.update(&line);
        size += read as u64;
        if name == manifest::RECORDS {
            chain.follow(&line)?;
            lines += 1;
        }
    }
    if size != part.bytes || hasher.finalize().to_string() != part.blake3 {
        return Err(format!("its bytes are not those that were signed ({size} of {} bytes)", part.bytes));
    }
    if name == manifest::RECORDS {
        chain.end()?;
    }
    Ok(lines)
}

/// Follows the log from row to row.
struct Chain<'a> {
    manifest: &'a Manifest,
    /// The number that the next row must have; none before the first.
    next: Option<u64>,
    /// The hash of the last row.
    before: Option<ChainHash>,
}

impl Chain<'_> {
    fn follow(&mut self, line: &[u8]) -> Result<(), String> {
        let wanted = self.next.or(self.manifest.first_seq).unwrap_or(1);
        let row: Row = serde_json::from_slice(line).map_err(|error| format!("record {wanted}: {error}"))?;
        if row.seq != wanted {
            return Err(format!("record {wanted} is missing, {} is in its place", row.seq));
        }
        let before = match self.before {
            None if row.seq == 1 => Some(genesis_of(self.manifest.simulated)),
            before => before,
        };
        if before.is_some_and(|before| before != row.prev) {
            return Err(format!("record {} does not follow the record before it", row.seq));
        }
        if link(row.prev, row.seq, row.at, &row.body) != row.hash {
            return Err(format!("record {}: its hash is not that of its content", row.seq));
        }
        (self.next, self.before) = (Some(row.seq + 1), Some(row.hash));
        Ok(())
    }

    fn end(&self) -> Result<(), String> {
        let last = self.next.map(|next| next - 1);
        match (self.manifest.head, last) {
            (Some(head), Some(last)) if last != head.seq => {
                Err(format!("records {} to {} are missing", last + 1, head.seq))
            }
            (Some(head), Some(_)) if self.before != Some(head.hash) => {
                Err(format!("record {} is not the head that was signed", head.seq))
            }
            (None, Some(last)) => Err(format!("it has records up to {last}, although the log is said to be empty")),
            (_, None) if self.manifest.first_seq.is_some() => Err("its records are missing".to_owned()),
            _ => Ok(()),
        }
    }
}
