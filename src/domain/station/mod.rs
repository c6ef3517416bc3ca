//! The station: a state machine without IO. The daemon and the rehearsal drive the very same type.
//!
//! It is told what happened ([`Input`]) and answers with what shall be done ([`Effect`]); it never acts itself.

mod protocol;

pub use protocol::{Effect, Heard, Input, Ledger, LeftOpen, RestPolicy, Start, Voice};
