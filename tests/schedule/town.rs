//! A town with a desk and no station: what a person may ask of slots, calendar and queue.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use loa::config::{Config, Sources};
use loa::desk::{Desk, DeskError, ElementDraft, QueueRequest, Request, Response, SlotChange, SlotRequest, Via, Who};
use loa::domain::account::Roles;
use loa::domain::clip::{Clip, Digest};
use loa::domain::queue::Tier;
use loa::domain::slot::{Slot, SlotId};
use loa::domain::time::Now;
use loa::store::{OpenAs, Store};

use super::build::{at, clip, minutes};

/// See the module.
pub(super) struct Town {
    /// Goes with the town.
    _folder: tempfile::TempDir,
    pub(super) desk: Desk,
    pub(super) now: Now,
}

impl Town {
    /// On 23 November 2026 at noon, with permitted hours from 04:30 to 20:00.
    pub(super) async fn new() -> Self {
        Self::at("2026-11-23T12:00").await
    }

    pub(super) async fn at(now: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let days = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
        let hours: String = days.iter().map(|day| format!("{day} = \"04:30-20:00\"\n")).collect();
        let file = folder.path().join("loa.toml");
        std::fs::write(&file, format!("[permitted_hours]\n{hours}")).unwrap();
        let sources = Sources { file: Some(file), data: Some(folder.path().to_owned()), ..Sources::default() };
        let config = Arc::new(Config::load(&sources).unwrap());
        let store = Store::open(folder.path(), OpenAs::Station, loa::desk::store_settings(&config)).await.unwrap();
        let desk = Desk::new(config, store, None);
        Self { _folder: folder, desk, now: Now { wall: at(now), mono: Duration::ZERO } }
    }

    pub(super) fn later(&mut self, by: Duration) {
        self.now = self.now.plus(by);
    }

    pub(super) async fn ask(&self, request: Request) -> Result<Response, DeskError> {
        let who = Who { name: "Nguyễn Văn A".to_owned(), roles: Roles::ALL, via: Via::CommandLine };
        self.desk.handle(&who, request, self.now).await
    }

    pub(super) async fn slot(&self, request: SlotRequest) -> Result<Slot, DeskError> {
        match self.ask(Request::Slot(request)).await? {
            Response::Slot { slot, .. } | Response::SlotRemoved { slot } => Ok(*slot),
            other => panic!("{other:?}"),
        }
    }

    pub(super) async fn add(&self, id: &str, recurrence: &str, rundown: Vec<ElementDraft>, length: u64) -> Slot {
        let change = SlotChange {
            recurrence: Some(recurrence.to_owned()),
            rundown: Some(rundown),
            length_max: Some(minutes(length)),
            ..SlotChange::default()
        };
        self.slot(SlotRequest::Add { id: self::id(id), change: Box::new(change) }).await.unwrap()
    }

    /// The number of the version in force.
    pub(super) async fn version(&self, id: &str) -> u32 {
        let slots = self.desk.slots_in_force().await.unwrap();
        slots.iter().find(|(_, version)| version.slot.id.as_str() == id).unwrap().0
    }

    /// An approved clip of so many seconds, with an audio file of its own.
    pub(super) async fn clip(&self, number: u32, seconds: u64) -> Clip {
        let digest = Digest(*blake3::hash(&number.to_be_bytes()).as_bytes());
        let mut made = clip(number, seconds);
        made.audio.digest = digest;
        let loa::domain::clip::Approval::Approved { digest: approved, .. } = &mut made.approval else { panic!() };
        *approved = digest;
        let made = self.desk.store().add_clip(made).await.unwrap();
        write(&self.audio_of(&made));
        made
    }

    pub(super) fn audio_of(&self, clip: &Clip) -> std::path::PathBuf {
        let folder = loa::station::clips_folder(self.desk.config());
        loa::library::ContentStore::open(&folder).unwrap().path_of(&clip.audio.digest)
    }

    pub(super) async fn queue(&self, clip: u32, slot: Option<&str>) -> u32 {
        let request = QueueRequest::Add { clip: clip.to_string(), slot: slot.map(id), tier: Tier::Normal };
        match self.ask(Request::Queue(request)).await.unwrap() {
            Response::Queued { entry, .. } => entry.id,
            other => panic!("{other:?}"),
        }
    }
}

fn write(path: &Path) {
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, b"sound").unwrap();
}

pub(super) fn id(text: &str) -> SlotId {
    text.parse().unwrap()
}

pub(super) fn queue_of(count: u32) -> Vec<ElementDraft> {
    vec![ElementDraft::Queue { count }]
}

pub(super) fn local(at: DateTime<Utc>) -> String {
    at.with_timezone(&super::build::HANOI).format("%Y-%m-%dT%H:%M:%S").to_string()
}
