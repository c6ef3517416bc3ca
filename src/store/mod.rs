//! SQLite: the as-run log and everything the operator saved.
//!
//! One file, `loa.db`, in the data folder. What cannot be made again is the table `log`: a chain of records, each bound to the
//! one before it by its hash, written only by [`Store::append`] and kept by triggers from being changed. Everything that lists
//! and reports read (`airing`, `occurrence`) is folded from it in the same transaction and can be rebuilt from it.
//!
//! One connection writes, a few read, so a long report never holds up the station. The daemon writes through a
//! [`LogWriter`], which keeps what the database refuses in a spill file and brings it into the chain later.

mod accounts;
mod activities;
mod airings;
mod alarms;
mod answered;
mod append;
mod audit;
mod canonical;
mod chain;
mod clips;
mod copy;
mod correct;
mod drain;
mod entries;
mod error;
mod evidence;
mod fold;
mod ledger;
mod listing;
mod lock;
mod mark;
mod mention;
mod open;
mod projection;
mod queue;
mod raw;
mod rebuild;
mod reports;
mod row;
mod schema;
mod second_factor;
mod sessions;
mod settled;
mod shelf;
mod slots;
mod spill;
mod tallies;
mod text;
mod tokens;
mod values;
mod verify;
mod writer;

pub use accounts::{ACCOUNTS_MAX, Credentials};
pub use activities::{ACTIVITIES_MAX, Entered};
pub use airings::{AiringFilter, Cursor};
pub use alarms::{ALARMS_KEPT_MAX, MESSAGES_MAX, Message};
pub use answered::{ANSWERS_MAX, Answered};
pub use audit::{AuditEntry, AuditFilter, AuditRow};
pub use canonical::{canonical, canonical_json};
pub use chain::{ChainHash, GENESIS_SIMULATED, GENESIS_STATION, Sealed, genesis_of, link};
pub use clips::ClipFilter;
pub use copy::Copied;
pub use error::{Refused, StoreError};
pub use evidence::AiringEvidence;
pub use listing::{Ending, LOG_PAGE_MAX, LogFilter, LogLine, LogOutcome, LogPage, LogPlace, LogScope};
pub use lock::{DataLock, Holder};
pub use mark::MARK_NAME;
pub use open::{DATABASE_NAME, OpenAs, Settings, Store};
pub use queue::Beside;
pub use raw::RawRow;
pub use reports::Deliveries;
pub use row::AiringRow;
pub use sessions::SESSIONS_MAX;
pub use shelf::ClipLine;
pub use slots::Expected;
pub use spill::{SPILL_NAME, SPILL_REFUSED_NAME};
pub use text::folded;
pub use tokens::TOKENS_MAX;
pub use verify::{Broken, Fault, Verified, VerifyProgress};
pub use writer::{Durability, LogWriter, WriterState};
