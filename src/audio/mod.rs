//! Decoders, rings, the mix, the outputs.
//!
//! A decoder thread per prepared voice ([`feed`]) reads frames, brings them to the programme rate ([`resample`]) and fills a
//! bounded lock-free ring. The output's callback ([`pump`]) asks its [`timemap`] when the buffer at hand will be heard and has
//! the [`mixer`] fill it. A control thread ([`engine`]) speaks the station's protocol, meters what went out, and watches the
//! output. Nothing that may wait is ever between a ring and the loudspeaker.
//! Live sound ([`live`], out of [`input`]) is written once and read by every zone that hears it.
//! [`proof`] compares what was sent with what came back from a return feed.

pub mod decode;
pub mod engine;
pub mod feed;
pub mod follow;
pub mod frames;
pub mod input;
pub mod live;
pub mod meter;
pub mod mixer;
pub mod output;
pub mod proof;
pub mod pump;
pub mod ramp;
pub mod resample;
pub mod resample_live;
pub mod source;
pub mod supply;
pub mod tee;
pub mod timemap;
pub mod voice;

pub use engine::{Engine, EngineError, EngineHandle, EngineSettings, Said};
pub use output::device::audition;
