//! A recording from a browser: piece by piece to the desk, measured, a draft, approved or sent back.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use loa::clock;
use loa::config::{Config, Sources};
use loa::desk::{
    Approver, ClipChange, ClipRequest, Desk, DeskError, ErrorKind, Request, Response, ShelfOrder, ShelfQuery, Via, Who,
    store_settings, version_of,
};
use loa::domain::account::{Role, Roles};
use loa::domain::clip::{Approval, Clip, ClipId};
use loa::library::ContentStore;
use loa::library::staging::{Purpose, Upload, UploadId, UploadState};
use loa::station::clips_folder;
use loa::store::{ClipFilter, OpenAs, Store};
use tempfile::TempDir;

use crate::support::sound::{Coding, Sound};

const PATIENCE: Duration = Duration::from_secs(60);

struct Office {
    folder: TempDir,
    desk: Arc<Desk>,
}

impl Office {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let desk = Self::desk(&folder).await;
        Self { folder, desk }
    }

    async fn desk(folder: &TempDir) -> Arc<Desk> {
        let data = folder.path().join("data");
        std::fs::create_dir_all(&data).unwrap();
        let config = Arc::new(Config::load(&Sources { data: Some(data.clone()), ..Sources::default() }).unwrap());
        let store = Store::open(&data, OpenAs::Desk, store_settings(&config)).await.unwrap();
        Arc::new(Desk::new(config, store, None))
    }

    /// The station is started anew on the same folder.
    async fn restart(&mut self) {
        self.desk.store().close().await;
        self.desk = Self::desk(&self.folder).await;
        self.desk.resume_uploads(clock::now()).await.unwrap();
    }

    fn recording(&self, name: &str, seconds: u64, seed: u64, coding: Coding) -> PathBuf {
        Sound::speech(22_050, 1, 22_050 * seconds, seed).encode(self.folder.path(), name, coding)
    }

    async fn announce(&self, name: &str, bytes: usize) -> Upload {
        let editor = editor();
        let announced = self.desk.announce_upload(&editor, name.to_owned(), bytes as u64, Purpose::Draft, clock::now());
        announced.await.unwrap()
    }

    /// Sends everything from where the upload stands.
    async fn send(&self, id: UploadId, content: &[u8]) {
        let at = self.desk.upload(id).await.unwrap().upload.received;
        let mut piece = self.desk.append_upload(&editor(), id, at, clock::now()).await.unwrap();
        for bytes in content[at as usize..].chunks(70_000) {
            piece.push(bytes).await.unwrap();
        }
        piece.end().await.unwrap();
    }

    async fn bring(&self, name: &str, content: &[u8]) -> UploadState {
        let upload = self.announce(name, content.len()).await;
        self.send(upload.id, content).await;
        self.outcome(upload.id).await
    }

    /// What became of an upload.
    async fn outcome(&self, id: UploadId) -> UploadState {
        let mut changes = self.desk.notices().listen();
        let waiting = async {
            loop {
                let line = self.desk.upload(id).await.unwrap();
                if line.upload.is_finished() {
                    return line.upload.state;
                }
                changes.recv().await.unwrap();
            }
        };
        tokio::time::timeout(PATIENCE, waiting).await.unwrap()
    }

    async fn clip(&self, id: ClipId) -> Clip {
        self.desk.find_clip(&id.to_string()).await.unwrap()
    }

    async fn ask(&self, who: &Who, request: ClipRequest) -> Result<Clip, DeskError> {
        match self.desk.handle(who, Request::Clip(request), clock::now()).await? {
            Response::Clip { clip, .. } => Ok(*clip),
            other => panic!("{other:?}"),
        }
    }
}

fn editor() -> Who {
    Who { name: "Lê Chi".to_owned(), roles: Roles::only(Role::Operator), via: Via::CommandLine }
}

fn leader() -> Who {
    Who { name: "Nguyễn Văn An".to_owned(), roles: Roles::only(Role::Approver), via: Via::CommandLine }
}

fn imported(state: &UploadState) -> ClipId {
    match state {
        UploadState::Imported { clip, .. } => *clip,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn interrupted_at_every_piece_and_by_a_restart_it_is_the_same_recording() {
    let mut office = Office::new().await;
    let path = office.recording("Phòng cháy ở thôn Đông", 4, 1, Coding::Mp3);
    let content = std::fs::read(&path).unwrap();
    let upload = office.announce("Phòng cháy ở thôn Đông.mp3", content.len()).await;
    let mut at = 0;
    for (number, piece) in content.chunks(7_001).enumerate() {
        let mut coming = office.desk.append_upload(&editor(), upload.id, at as u64, clock::now()).await.unwrap();
        let (first, rest) = piece.split_at(piece.len() / 2);
        coming.push(first).await.unwrap();
        if number % 2 == 0 {
            coming.push(rest).await.unwrap();
            at += piece.len();
        } else {
            at += first.len();
        }
        let mut changes = office.desk.notices().listen();
        drop(coming);
        // What came is made safe behind the connection's back.
        let safe = async {
            while office.desk.upload(upload.id).await.unwrap().upload.received < at as u64 {
                changes.recv().await.unwrap();
            }
        };
        tokio::time::timeout(PATIENCE, safe).await.unwrap();
        if number == 3 {
            office.restart().await;
        }
        if number % 2 == 1 {
            let mut again = office.desk.append_upload(&editor(), upload.id, at as u64, clock::now()).await.unwrap();
            again.push(rest).await.unwrap();
            again.end().await.unwrap();
            at += rest.len();
        }
    }
    let clip = office.clip(imported(&office.outcome(upload.id).await)).await;
    assert_eq!(clip.audio.digest.0, *blake3::hash(&content).as_bytes(), "bit for bit");
    assert_eq!((clip.title.as_str(), &clip.approval), ("Phòng cháy ở thôn Đông", &Approval::Draft));
    let content_store = ContentStore::open(&clips_folder(office.desk.config())).unwrap();
    content_store.verify(&clip.audio.digest).unwrap();
    assert!(!content_store.waveform(&clip.audio.digest).unwrap().columns.is_empty());
    let left = std::fs::read_dir(office.folder.path().join("data/uploads")).unwrap();
    let parts = left.filter(|entry| entry.as_ref().unwrap().path().extension().is_some_and(|end| end == "part"));
    assert_eq!(parts.count(), 0, "the bytes are in the library and nowhere else");
}

#[tokio::test]
async fn a_restart_after_the_last_byte_measures_it_all_the_same() {
    let mut office = Office::new().await;
    let content = std::fs::read(office.recording("tin", 2, 2, Coding::Flac)).unwrap();
    let upload = office.announce("tin.flac", content.len()).await;
    // The last byte is safe, and nobody was there any more to measure.
    let staging = Arc::new(loa::library::staging::Staging::new(office.folder.path().join("data/uploads"), 1 << 30));
    let mut piece = staging.append(upload.id, 0, clock::now().wall).unwrap();
    piece.write(&content).unwrap();
    piece.finish(clock::now().wall).unwrap();
    office.restart().await;
    let state = office.outcome(upload.id).await;
    assert_eq!(office.clip(imported(&state)).await.title, "tin");
}

#[tokio::test]
async fn what_is_no_recording_is_refused_in_words_and_leaves_nothing() {
    let office = Office::new().await;
    // A megabyte of zeros in a kilobyte, and a page that a portal gave instead of the file.
    let mut bomb = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    bomb.start_file("a.mp3", zip::write::SimpleFileOptions::default()).unwrap();
    std::io::Write::write_all(&mut bomb, &vec![0; 1 << 20]).unwrap();
    let bomb = bomb.finish().unwrap().into_inner();
    let page = b"<!DOCTYPE html><html><script>alert(1)</script></html>".repeat(50);
    let cut = std::fs::read(office.recording("cut", 20, 3, Coding::Wav16)).unwrap();
    let cases: [(&str, &[u8], &str, &str); 4] = [
        ("bom.mp3", &bomb, "tệp nén", "zip archive"),
        ("trang.mp3", &page, "trang web (HTML)", "a web page (HTML)"),
        ("so-khong.wav", &[0; 50_000], "toàn số không", "nothing but zeros"),
        ("cut.wav", &cut[..cut.len() / 3], "cắt cụt", "cut off"),
    ];
    for (name, content, vi, en) in cases {
        let UploadState::Refused { reasons, existing } = office.bring(name, content).await else { panic!("{name}") };
        assert_eq!(existing, None);
        assert!(reasons[0].vi.contains(vi), "{name}: {}", reasons[0].vi);
        assert!(reasons[0].en.contains(en), "{name}: {}", reasons[0].en);
        assert!(!reasons[0].en.contains("uploads"), "no path of the station: {}", reasons[0].en);
    }
    assert_eq!(office.desk.store().clips(&ClipFilter::default()).await.unwrap(), []);
}

#[tokio::test]
async fn the_same_recording_again_names_the_first_clip() {
    let office = Office::new().await;
    let content = std::fs::read(office.recording("một", 2, 4, Coding::Mp3)).unwrap();
    let first = imported(&office.bring("một.mp3", &content).await);
    let UploadState::Refused { reasons, existing } = office.bring("hai.mp3", &content).await else { panic!() };
    assert_eq!(existing, Some(first));
    assert_eq!(reasons[0].vi, format!("bản ghi này đã có trong thư viện: tin bài số {first}, “một”"));
    // Lost from the disk, it is whole again after this.
    let clip = office.clip(first).await;
    let store = ContentStore::open(&clips_folder(office.desk.config())).unwrap();
    store.remove(&clip.audio.digest).unwrap();
    assert!(matches!(office.bring("ba.mp3", &content).await, UploadState::Refused { .. }));
    store.verify(&clip.audio.digest).unwrap();
}

#[tokio::test]
async fn a_draft_goes_to_the_leader_and_back_and_on_air_only_when_approved() {
    let office = Office::new().await;
    let content = std::fs::read(office.recording("nháp", 2, 5, Coding::Mp3)).unwrap();
    let id = imported(&office.bring("nháp.mp3", &content).await);
    let clip = id.to_string();
    let today = chrono::NaiveDate::from_ymd_opt(2026, 11, 24).unwrap();
    let approver = || Approver { name: "Nguyễn Văn An".to_owned(), office: "Phó Chủ tịch UBND".to_owned() };
    let approve = || ClipRequest::Approve { clip: clip.clone(), approver: approver() };
    let send_back = |note: &str| ClipRequest::SendBack { clip: clip.clone(), note: note.to_owned() };
    let hand_in = || ClipRequest::HandIn { clip: clip.clone() };

    assert_eq!(office.ask(&leader(), approve()).await.unwrap_err().kind, ErrorKind::Refused, "a draft is no decision");
    assert_eq!(office.ask(&leader(), send_back("x")).await.unwrap_err().kind, ErrorKind::Refused);
    assert_eq!(office.ask(&editor(), hand_in()).await.unwrap().approval, Approval::Submitted);
    assert_eq!(office.ask(&editor(), hand_in()).await.unwrap_err().kind, ErrorKind::Refused);
    assert_eq!(office.ask(&leader(), send_back("  ")).await.unwrap_err().kind, ErrorKind::Usage);
    let back = office.ask(&leader(), send_back("Tên người ở phút thứ hai đọc sai.")).await.unwrap();
    assert!(back.may_air(today).is_err());
    let Approval::SentBack { by, note, .. } = &back.approval else { panic!("{back:?}") };
    assert_eq!((by.as_str(), note.as_str()), ("Nguyễn Văn An", "Tên người ở phút thứ hai đọc sai."));
    office.ask(&editor(), hand_in()).await.unwrap();
    assert!(office.ask(&leader(), approve()).await.unwrap().may_air(today).is_ok());
    assert!(office.ask(&leader(), send_back("Nghe lại thấy sai.")).await.unwrap().may_air(today).is_err());
    let told: Vec<String> =
        office.desk.store().audits(0, 100).await.unwrap().into_iter().map(|row| row.entry.what).collect();
    let expected = ["clip.add", "clip.submit", "clip.send_back", "clip.submit", "clip.approve", "clip.send_back"];
    assert_eq!(told, expected);
}

#[tokio::test]
async fn the_second_of_two_editors_is_told_and_changes_nothing() {
    let office = Office::new().await;
    let content = std::fs::read(office.recording("hai người", 2, 6, Coding::Mp3)).unwrap();
    let id = imported(&office.bring("hai người.mp3", &content).await);
    let seen = version_of(&office.clip(id).await);
    let edit = |title: &str, version: &str| ClipRequest::IfUnchanged {
        version: version.to_owned(),
        request: Box::new(ClipRequest::Edit {
            clip: id.to_string(),
            change: Box::new(ClipChange { title: Some(title.to_owned()), ..ClipChange::default() }),
        }),
    };
    let first = office.ask(&editor(), edit("<script>alert('xã')</script>", &seen)).await.unwrap();
    let second = office.ask(&editor(), edit("Tên khác", &seen)).await.unwrap_err();
    assert_eq!(second.kind, ErrorKind::Conflict);
    let now = office.clip(id).await;
    assert_eq!(now.title, "<script>alert('xã')</script>", "text is text");
    assert_eq!(version_of(&first), version_of(&now), "what an edit returns can be edited on");
    office.ask(&editor(), edit("Tên khác", &version_of(&now))).await.unwrap();

    // New audio for a clip that somebody changed meanwhile is not taken either.
    let other = std::fs::read(office.recording("khác", 2, 7, Coding::Mp3)).unwrap();
    let purpose = |version: String| Purpose::Replace { clip: id, version: Some(version), same_item: false };
    let stale = office.desk.announce_upload(&editor(), "khác.mp3".to_owned(), 10, purpose(seen), clock::now()).await;
    assert_eq!(stale.unwrap_err().kind, ErrorKind::Conflict);
    let version = version_of(&office.clip(id).await);
    let bytes = other.len() as u64;
    let editor = editor();
    let announced = office.desk.announce_upload(&editor, "khác.mp3".to_owned(), bytes, purpose(version), clock::now());
    let upload = announced.await.unwrap();
    office.send(upload.id, &other).await;
    assert_eq!(imported(&office.outcome(upload.id).await), id);
    let replaced = office.clip(id).await;
    assert_eq!((replaced.edition, replaced.audio.digest.0), (2, *blake3::hash(&other).as_bytes()));
}

#[tokio::test]
async fn the_library_is_leafed_through_in_vietnamese_order_and_found_without_diacritics() {
    let office = Office::new().await;
    let titles = ["Đường làng ngõ xóm", "Dân số", "Ăn chín uống sôi", "An toàn giao thông", "Bản tin 10", "Bản tin 2"];
    for (seed, title) in titles.iter().enumerate() {
        let content = std::fs::read(office.recording("tin", 1, 20 + seed as u64, Coding::Flac)).unwrap();
        imported(&office.bring(&format!("{title}.flac"), &content).await);
    }
    let leaf = async |filter: ClipFilter, order: ShelfOrder| {
        let (mut found, mut after) = (Vec::new(), None);
        loop {
            let query = ShelfQuery { filter: filter.clone(), order, after, limit: 2 };
            let page = office.desk.shelf(query).await.unwrap();
            assert!(page.items.len() <= 2);
            found.extend(page.items.into_iter().map(|line| line.clip.title));
            match page.next {
                Some(next) => after = Some(next),
                None => return found,
            }
        }
    };
    let all = ClipFilter::default();
    let by_title = leaf(all.clone(), ShelfOrder::Title).await;
    let expected =
        ["An toàn giao thông", "Ăn chín uống sôi", "Bản tin 2", "Bản tin 10", "Dân số", "Đường làng ngõ xóm"];
    assert_eq!(by_title, expected);
    assert_eq!(leaf(all.clone(), ShelfOrder::Newest).await, titles.iter().rev().copied().collect::<Vec<_>>());
    let found = leaf(ClipFilter { text: Some("duong lang".to_owned()), ..all.clone() }, ShelfOrder::Title).await;
    assert_eq!(found, ["Đường làng ngõ xóm"]);
    assert_eq!(leaf(ClipFilter { never_aired: true, ..all.clone() }, ShelfOrder::LastAired).await.len(), titles.len());
    let page = office.desk.shelf(ShelfQuery { limit: 1, ..ShelfQuery::default() }).await.unwrap();
    assert_eq!((page.total, page.counts.draft, page.counts.approved), (6, 6, 0));
    let wrong = office.desk.shelf(ShelfQuery { after: Some("x".to_owned()), ..ShelfQuery::default() }).await;
    assert_eq!(wrong.unwrap_err().kind, ErrorKind::Usage);
}
