//! What went wrong in the rooms below, as it is told to the person who asked.

use super::error::{DeskError, ErrorKind};
use crate::domain::station::Refusal;
use crate::library::ImportError;
use crate::library::staging::StagingError;
use crate::station::HandleError;
use crate::store::{Refused, StoreError};

impl From<StoreError> for DeskError {
    fn from(error: StoreError) -> Self {
        let (kind, code) = sorted(&error);
        let told = Self::of(kind, &error).code(code);
        match &error {
            StoreError::NoSuchClip(clip) | StoreError::ClipChanged(clip) => told.value("clip", clip),
            StoreError::NoSuchEntry(entry) | StoreError::EntryGone(entry) => told.value("entry", entry),
            StoreError::NoSuchSlot(slot) | StoreError::SlotChanged(slot) => told.value("slot", slot),
            StoreError::DuplicateAudio { clip, title } => told.value("clip", clip).value("title", title),
            StoreError::ClipInUse { clip, by } => told.value("clip", clip).value("by", by),
            StoreError::QueueFull(most) | StoreError::AccountsFull(most) | StoreError::TokensFull(most) => {
                told.value("most", most)
            }
            StoreError::NoSuchAccount(name) | StoreError::NameTaken(name) | StoreError::AccountChanged(name) => {
                told.value("account", name)
            }
            StoreError::LedgerFull(most) => told.value("most", most),
            StoreError::NoSuchActivity(activity)
            | StoreError::ActivityChanged(activity)
            | StoreError::ActivityStruck(activity) => told.value("activity", activity),
            StoreError::NoSuchToken(token) => told.value("token", token),
            StoreError::NoSuchSession(session) => told.value("session", session),
            StoreError::InUse { holder, .. } => told.value("holder", holder),
            _ => told,
        }
    }
}

/// What sort of failure it is, and its key in a catalogue of messages.
const fn sorted(error: &StoreError) -> (ErrorKind, &'static str) {
    use ErrorKind::{Conflict, Failed, NotFound, NotReady, Refused as No};
    match error {
        StoreError::NoSuchClip(_) => (NotFound, "no_such_clip"),
        StoreError::NoSuchEntry(_) => (NotFound, "no_such_queue_entry"),
        StoreError::NoSuchSlot(_) => (NotFound, "no_such_slot"),
        StoreError::NoSuchAccount(_) => (NotFound, "no_such_account"),
        StoreError::NoSuchToken(_) => (NotFound, "no_such_token"),
        StoreError::NoSuchSession(_) => (NotFound, "no_such_session"),
        StoreError::NoSuchActivity(_) => (NotFound, "no_such_activity"),
        StoreError::ActivityChanged(_) => (Conflict, "activity_changed"),
        StoreError::ActivityStruck(_) => (No, "activity_struck"),
        StoreError::LedgerFull(_) => (No, "ledger_full"),
        StoreError::DraftChanged => (Conflict, "draft_changed"),
        StoreError::ClipChanged(_) => (Conflict, "clip_changed"),
        StoreError::SlotChanged(_) => (Conflict, "slot_changed"),
        StoreError::EntryGone(_) => (Conflict, "queue_entry_gone"),
        StoreError::AccountChanged(_) => (Conflict, "account_changed"),
        StoreError::NameTaken(_) => (Conflict, "account_name_taken"),
        StoreError::AdminExists => (Conflict, "admin_exists"),
        StoreError::LastAdmin => (No, "last_admin"),
        StoreError::AccountsFull(_) => (No, "accounts_full"),
        StoreError::TokensFull(_) => (No, "tokens_full"),
        StoreError::DuplicateAudio { .. } => (No, "duplicate_audio"),
        StoreError::ClipInUse { .. } => (No, "clip_in_use"),
        StoreError::QueueFull(_) => (No, "queue_full"),
        StoreError::Refused(Refused::BeforeDiffers { .. }) => (No, "log_says_otherwise"),
        StoreError::Refused(_) => (No, "log_refuses"),
        StoreError::Simulated { .. } => (No, "folder_simulated"),
        StoreError::NotSimulated { .. } => (No, "folder_not_simulated"),
        StoreError::InUse { .. } => (NotReady, "folder_in_use"),
        StoreError::FolderMissing { .. } => (Failed, "folder_missing"),
        StoreError::NoDatabase { .. } => (Failed, "no_database"),
        StoreError::FolderUnwritable { .. } => (Failed, "folder_unwritable"),
        StoreError::Locked { .. } => (Failed, "database_locked"),
        StoreError::ReadOnly { .. } => (Failed, "database_read_only"),
        StoreError::Newer { .. } | StoreError::Older { .. } => (Failed, "database_of_another_version"),
        StoreError::Damaged { .. } | StoreError::Unreadable { .. } => (Failed, "database_damaged"),
        StoreError::DiskFull { .. } => (Failed, "disk_full"),
        StoreError::SpillFull { .. } | StoreError::WriterGone => (Failed, "log_unwritable"),
        StoreError::File { .. } | StoreError::Database { .. } => (Failed, "database_failed"),
    }
}

impl From<ImportError> for DeskError {
    fn from(error: ImportError) -> Self {
        Self::of(ErrorKind::Failed, &error)
    }
}

impl From<StagingError> for DeskError {
    fn from(error: StagingError) -> Self {
        use ErrorKind::{Conflict, Failed, NotFound, Refused as No, Usage};
        let (kind, code) = match &error {
            StagingError::Empty => (Usage, "upload_empty"),
            StagingError::TooMuch { .. } => (Usage, "upload_too_much"),
            StagingError::TooLarge { .. } => (No, "upload_too_large"),
            StagingError::TooMany { .. } | StagingError::Full { .. } => (No, "uploads_full"),
            StagingError::Unknown { .. } => (NotFound, "no_such_upload"),
            StagingError::Busy { .. } => (Conflict, "upload_busy"),
            StagingError::Complete { .. } => (Conflict, "upload_complete"),
            StagingError::WrongOffset { .. } => (Conflict, "upload_offset"),
            StagingError::DiskFull { .. } => (Failed, "disk_full"),
            StagingError::Disk { .. } => (Failed, "disk_refuses"),
        };
        let told = Self::of(kind, &error).code(code);
        match &error {
            StagingError::TooLarge { bytes, most } => told.value("bytes", bytes).value("most", most),
            StagingError::TooMany { most } => told.value("most", most),
            StagingError::WrongOffset { expected, .. } => told.value("offset", expected),
            _ => told,
        }
    }
}

impl From<HandleError> for DeskError {
    fn from(error: HandleError) -> Self {
        let (kind, code) = match &error {
            HandleError::Gone => (ErrorKind::NotReady, "station_gone"),
            HandleError::Refused(refusal) => refused(refusal),
        };
        let told = Self::of(kind, &error).code(code);
        match error {
            HandleError::Refused(Refusal::OnAir { title }) => told.value("title", title),
            HandleError::Refused(Refusal::RunsInto { occurrence, start }) => {
                told.value("occurrence", occurrence).value("start", start.to_rfc3339())
            }
            HandleError::Refused(Refusal::NotToCome { occurrence }) => told.value("occurrence", occurrence),
            HandleError::Refused(Refusal::Already { state }) => told.value("state", state),
            HandleError::Refused(
                Refusal::NoSuchZone { zone } | Refusal::Muted { zone } | Refusal::AmplifierNeeded { zone },
            ) => told.value("zone", zone),
            HandleError::Refused(Refusal::TooManyEmergencies { count }) => told.value("count", count),
            HandleError::Refused(_) | HandleError::Gone => told,
        }
    }
}

const fn refused(refusal: &Refusal) -> (ErrorKind, &'static str) {
    match refusal {
        Refusal::Leaving => (ErrorKind::NotReady, "station_leaving"),
        Refusal::NothingOnAir => (ErrorKind::Refused, "nothing_on_air"),
        Refusal::OnAir { .. } => (ErrorKind::Refused, "on_air"),
        Refusal::RunsInto { .. } => (ErrorKind::Refused, "runs_into_occurrence"),
        Refusal::NotPermitted => (ErrorKind::Refused, "hour_not_permitted"),
        Refusal::NotToCome { .. } => (ErrorKind::Refused, "occurrence_not_to_come"),
        Refusal::Already { .. } => (ErrorKind::Refused, "already_so"),
        Refusal::WhichZone => (ErrorKind::Refused, "which_zone"),
        Refusal::NoSuchZone { .. } => (ErrorKind::Usage, "zone_unknown"),
        Refusal::Muted { .. } => (ErrorKind::Refused, "zone_muted"),
        Refusal::NoAmplifier { .. } => (ErrorKind::Usage, "no_amplifier"),
        Refusal::AmplifierNeeded { .. } => (ErrorKind::Refused, "amplifier_needed"),
        Refusal::Emergency => (ErrorKind::Refused, "emergency_on_air"),
        Refusal::NobodySpeaks => (ErrorKind::Refused, "nobody_speaks"),
        Refusal::NoEmergency => (ErrorKind::Refused, "no_emergency"),
        Refusal::TooManyEmergencies { .. } => (ErrorKind::Refused, "emergencies_too_many"),
    }
}
