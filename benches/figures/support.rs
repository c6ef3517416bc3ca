//! What the benchmarks share with the tests: the private sound server and its recorder, sounds, records of the log.

#[path = "../../tests/support/audio.rs"]
pub(crate) mod audio;
#[path = "../../tests/support/icecast.rs"]
pub(crate) mod icecast;
#[path = "../../tests/support/load.rs"]
pub(crate) mod load;
#[path = "../../tests/support/pipewire.rs"]
pub(crate) mod pipewire;
#[path = "../../tests/support/pulse.rs"]
pub(crate) mod pulse;
#[path = "../../tests/support/radio.rs"]
pub(crate) mod radio;
#[path = "../../tests/support/records.rs"]
pub(crate) mod records;
#[path = "../../tests/support/sound.rs"]
pub(crate) mod sound;
