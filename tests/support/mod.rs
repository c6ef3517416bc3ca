//! What several tests need.

pub(crate) mod alloc;
pub(crate) mod audio;
pub(crate) mod certificate;
pub(crate) mod cli;
pub(crate) mod hook;
pub(crate) mod icecast;
pub(crate) mod load;
pub(crate) mod pipewire;
pub(crate) mod portal;
pub(crate) mod programme;
pub(crate) mod pulse;
pub(crate) mod radio;
pub(crate) mod records;
pub(crate) mod relay;
pub(crate) mod report;
pub(crate) mod sound;
