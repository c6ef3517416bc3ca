//! What a person may ask, each told who asks: checked, decided by the rules of [`crate::domain`], written through the store
//! with a row in the audit, and told to the running station.
//!
//! The command line and, later, HTTP are two faces of the desk. What *changes* something is a [`Request`], which has the same
//! meaning whether it is performed here or by the daemon at the other end of its socket ([`Door`] chooses): one writer in
//! either case. What only *looks* is a method of [`Desk`] on a store opened for reading. It needs nobody's leave, is never
//! in the daemon's way, and works while the station is broken, which is when it is needed most.

mod accounts;
mod activities;
mod air;
mod alarms;
mod approval;
mod backup;
mod bundle;
mod calendar;
mod campaigns;
mod change;
mod check;
mod clips;
mod counter;
mod delivery;
mod devices;
mod door;
mod drafts;
mod emergency;
mod error;
mod evidence;
mod failures;
mod find;
mod incoming;
mod keeping;
mod limits;
mod log;
mod log_page;
mod logbook;
mod mentions;
mod microphones;
mod notices;
mod once;
mod overview;
mod paper;
mod plan;
mod queue;
mod queue_fit;
mod reconciliation;
mod recordings;
mod rehearse;
mod relays;
mod report;
mod request;
mod returns;
mod rows;
mod seats;
mod settings;
mod shelf;
mod slots;
pub mod socket;
mod speech;
mod upkeep;
mod uploads;
mod verification;
mod who;
mod wording;
mod year;

use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use serde::Serialize;
use serde_json::Value;
use tokio::sync::watch;

pub use crate::audio::output::recordings::Excerpt;
pub use crate::domain::speech::Reading;
pub use crate::library::Spoken;
pub use crate::store::{LogFilter, LogOutcome};
pub use accounts::{
    AccountChange, AccountDraft, AccountRequest, Claim, Enrolment, FIRST_RUN_NAME, FirstRun, HASHES_MAX,
    HASHES_WAITING_MAX, RECOVERY_CODES, Secret, SignIn, SignedIn, TokenDraft, Visit, totp_step,
};
pub use activities::{
    ActivityChange, ActivityRequest, EVIDENCE_BYTES_MAX, EvidenceFile, FEED_BYTES_MAX, FEED_ENTRIES_MAX, Feed,
    FeedQuery, FeedSum, Fetching, TABLE_BYTES_MAX, feed_source, fetch_feed, keep_evidence, parse_feed, parse_table,
};
pub use air::AirRequest;
pub use alarms::AlarmRequest;
pub use approval::version_of;
pub use backup::{BackupState, CopyToTake, DailyCopies, Keeper, Manifest, Restored, restore};
pub use bundle::{BUNDLE_BYTES_MAX, BundleMade, BundleOptions, BundleVerified, StationKey, fingerprint, verify_bundle};
pub use calendar::{CALENDAR_DAYS_MAX, Calendar, CalendarDay, CalendarOccurrence, Standing};
pub use campaigns::CampaignStanding;
pub use change::Change;
pub use check::{CheckState, Point, look_over};
pub use clips::{Approver, ClipChange, ClipDraft, ClipRequest};
pub use counter::Counter;
pub use devices::DeviceNames;
pub use door::{Door, store_settings};
pub use drafts::{DraftOf, DraftRequest};
pub use emergency::EmergencySound;
pub use error::{DeskError, ErrorKind};
pub use evidence::{EvidenceSheet, Link};
pub use keeping::{RelayStretch, Take};
pub use limits::limits_of;
pub use log::{Corrections, LogQuery};
pub use log_page::{LOG_DAYS_MAX, LOG_EXPORT_MAX, LogDay, LogOccurrence, LogRows};
pub use logbook::Logbook;
pub use mentions::{MentionDraft, MentionLine, MentionRequest, MentionWithdrawal};
pub use microphones::find_microphone;
pub use notices::{Notices, Topic};
pub use once::GivenAnswer;
pub use overview::{Ahead, DayLine};
pub use paper::{PaperQuery, ReportPaper};
pub use queue::{Beside, QueueLine, QueueRequest};
pub use reconciliation::ReconciliationDocument;
pub use recordings::{RecordedZone, Recording};
pub use relays::{Found, PROBE_MAX, Probed, find_relay, probe_sources};
pub use report::{ReportDocument, ReportQuery};
pub use request::{Request, Response};
pub use returns::{find_return, probe_return};
pub use rows::{FIGURES, Figure, FigurePage, FigureRows};
pub use shelf::{History, Shelf, ShelfCounts, ShelfLine, ShelfOrder, ShelfQuery, Sound, Upcoming};
pub use slots::{ElementDraft, Once, SlotChange, SlotRequest, SlotTrial, TRIAL_STARTS_MAX, TrialOf};
pub use speech::{SpeechText, keep_spoken, read_aloud, speak};
pub use uploads::{Piece, UploadLine};

pub use crate::library::staging::{Purpose, Told, Upload, UploadId, UploadState};
pub use crate::store::ClipFilter;
pub use queue_fit::{EntryFit, FIT_DAYS, FIT_OCCURRENCES_MAX, QueueFit, SlotFit, Waiting};
pub use rehearse::{REHEARSAL_DAYS_MAX, Rehearsal, Rehearsed, RehearsedElement};
pub use settings::{SettingsRequest, SettingsView};
pub use verification::{LastVerification, RunningVerification, Verdict, VerificationState};
pub use who::{Via, Who};
pub use year::{HolidayOn, YearOfHolidays};

use accounts::Guard;

use crate::config::Config;
use crate::domain::account::Right;
use crate::domain::text::is_unseen;
use crate::domain::time::Now;
use crate::station::{Handle, LiveView, Reloader, clips_folder};
use crate::store::{AuditEntry, Store};
pub use crate::store::{AuditFilter, AuditRow};

/// The longest name of a person, in characters.
const NAME_MAX: usize = 100;

/// Performs what is asked on one data folder.
#[derive(Debug)]
pub struct Desk {
    config: Arc<Config>,
    store: Store,
    clips: PathBuf,
    station: Option<Handle>,
    uploads: Arc<uploads::Uploads>,
    reloader: Option<Reloader>,
    verification: Arc<verification::Verification>,
    notices: Notices,
    guard: Arc<Guard>,
    saving: Arc<Mutex<()>>,
    backups: Arc<watch::Sender<BackupState>>,
    seats: Arc<seats::Seats>,
    alarms: Arc<alarms::Alarms>,
}

impl Desk {
    /// A desk over this store; `station` is the one that runs on it, if one does in this process.
    #[must_use]
    pub fn new(config: Arc<Config>, store: Store, station: Option<Handle>) -> Self {
        let clips = clips_folder(&config);
        let notices = Notices::default();
        Self {
            uploads: Arc::new(uploads::Uploads::new(&config, notices.clone())),
            config,
            store,
            clips,
            station,
            reloader: None,
            notices,
            guard: Arc::default(),
            verification: Arc::default(),
            saving: Arc::default(),
            backups: Arc::new(watch::Sender::new(BackupState::default())),
            seats: Arc::default(),
            alarms: Arc::default(),
        }
    }

    /// With the way to whoever starts the station again when settings were saved.
    #[must_use]
    pub fn with_reloader(self, reloader: Reloader) -> Self {
        Self { reloader: Some(reloader), ..self }
    }

    /// A desk for the same station under other settings: whoever listens, waits at the door or takes a copy goes on.
    #[must_use]
    pub fn under(&self, config: Arc<Config>) -> Self {
        self.uploads.go_by(&config);
        Self {
            clips: clips_folder(&config),
            uploads: Arc::clone(&self.uploads),
            config,
            store: self.store.clone(),
            station: self.station.clone(),
            reloader: self.reloader.clone(),
            notices: self.notices.clone(),
            guard: Arc::clone(&self.guard),
            verification: Arc::clone(&self.verification),
            saving: Arc::clone(&self.saving),
            backups: Arc::clone(&self.backups),
            seats: Arc::clone(&self.seats),
            alarms: Arc::clone(&self.alarms),
        }
    }

    /// Performs a request.
    ///
    /// # Errors
    /// Why not, in words for the person who asked. Then nothing was changed.
    pub async fn handle(&self, who: &Who, request: Request, now: Now) -> Result<Response, DeskError> {
        self.check_person(who)?;
        request.rights().iter().try_for_each(|right| who.check(*right))?;
        // Somebody who watches the status asks this five times a second.
        if !request.looks() {
            tracing::info!("{} asks about the {} ({})", who.name.trim(), request.about(), who.via);
        }
        let topic = request.changes();
        let response = match request {
            Request::Clip(request) => self.handle_clip(who, request, now).await,
            Request::Slot(request) => self.handle_slot(who, request, now).await,
            Request::Queue(request) => self.handle_queue(who, request, now).await,
            Request::Activity(request) => self.handle_activity(who, request, now).await,
            Request::Draft(request) => self.handle_draft(who, request, now).await,
            Request::Air(request) => self.handle_air(who, request, now).await,
            Request::Alarm(request) => self.handle_alarm(who, request, now).await,
            Request::Correct(corrections) => self.correct(who, corrections, now).await,
            Request::Mention(request) => self.handle_mention(who, request, now).await,
            Request::Settings(request) => self.handle_settings(who, request, now).await,
            Request::Account(request) => self.handle_account(who, request, now).await,
            Request::Live => Ok(Response::Live { live: Box::new(self.station()?.live()) }),
            Request::Alarms => Ok(Response::Alarms { alarms: self.alarms().await? }),
        }?;
        if let Some(topic) = topic {
            self.notices.tell(topic);
        }
        Ok(response)
    }

    /// Who did what, the newest first.
    ///
    /// # Errors
    /// The right to is missing; the store's own.
    pub async fn audit_trail(&self, who: &Who, filter: &AuditFilter) -> Result<Vec<AuditRow>, DeskError> {
        who.check(Right::ReadAudit)?;
        Ok(self.store.audit_trail(filter).await?)
    }

    /// Where it tells what changed.
    #[must_use]
    pub const fn notices(&self) -> &Notices {
        &self.notices
    }

    /// How the running station stands.
    ///
    /// # Errors
    /// None runs in this process.
    pub fn live(&self) -> Result<LiveView, DeskError> {
        Ok(self.station()?.live())
    }

    /// The configuration that it works by.
    #[must_use]
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// The store that it works on.
    #[must_use]
    pub const fn store(&self) -> &Store {
        &self.store
    }

    fn check_person(&self, who: &Who) -> Result<(), DeskError> {
        let name = who.name.trim();
        if name.is_empty()
            || name.chars().count() > NAME_MAX
            || name.chars().any(|letter| letter.is_control() || is_unseen(letter))
        {
            let hint = "give the name of the person who asks with --by";
            let text = format!("`{name}` is not a name of 1 to {NAME_MAX} letters");
            return Err(DeskError::usage(text).hint(hint).code("not_a_person").value("letters_max", NAME_MAX));
        }
        Ok(())
    }

    fn station(&self) -> Result<&Handle, DeskError> {
        self.station.as_ref().ok_or_else(|| DeskError::not_running(&self.config.data.folder))
    }

    /// Writes down who did what. The change itself is made already; that it cannot be told of any more is an error all the same.
    async fn audit(
        &self,
        who: &Who,
        what: &str,
        subject: String,
        [before, after]: [Option<Value>; 2],
        now: Now,
    ) -> Result<(), DeskError> {
        let entry = AuditEntry {
            who: who.name.trim().to_owned(),
            what: what.to_owned(),
            subject,
            before,
            after,
            from_where: Some(who.via.to_string()),
        };
        self.store.audit(&entry, now.wall).await?;
        Ok(())
    }
}

/// A value as the audit keeps it; nothing that Loa saves lacks a JSON form.
fn value(of: &impl Serialize) -> Option<Value> {
    serde_json::to_value(of).ok()
}
