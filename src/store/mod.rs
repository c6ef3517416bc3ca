//! SQLite: the as-run log and everything the operator saved.
//!
//! One file, `loa.db`, in the data folder. What cannot be made again is the table `log`: a chain of records, each bound to the
//! one before it by its hash, written only by [`Store::append`] and kept by triggers from being changed. Everything that lists
//! and reports read (`airing`, `occurrence`) is folded from it in the same transaction and can be rebuilt from it.
//!
//! One connection writes, a few read, so a long report never holds up the station. The daemon writes through a
//! [`LogWriter`], which keeps what the database refuses in a spill file and brings it into the chain later.

mod activities;
mod airings;
mod append;
mod audit;
mod canonical;
mod chain;
mod clips;
mod correct;
mod drain;
mod entries;
mod error;
mod evidence;
mod fold;
mod ledger;
mod lock;
mod mark;
mod open;
mod projection;
mod queue;
mod raw;
mod rebuild;
mod reports;
mod row;
mod schema;
mod slots;
mod spill;
mod tallies;
mod text;
mod values;
mod verify;
mod writer;

pub use activities::{ACTIVITIES_MAX, Entered};
pub use airings::{AiringFilter, Cursor};
pub use audit::{AuditEntry, AuditRow};
pub use canonical::{canonical, canonical_json};
pub use chain::{ChainHash, GENESIS_SIMULATED, GENESIS_STATION, Sealed, genesis_of, link};
pub use clips::ClipFilter;
pub use error::{Refused, StoreError};
pub use evidence::AiringEvidence;
pub use lock::{DataLock, Holder};
pub use open::{DATABASE_NAME, OpenAs, Settings, Store};
pub use raw::RawRow;
pub use reports::Deliveries;
pub use row::AiringRow;
pub use spill::{SPILL_NAME, SPILL_REFUSED_NAME};
pub use text::folded;
pub use verify::{Broken, Fault, Verified};
pub use writer::{Durability, LogWriter, WriterState};
