//! The whole station: the real program, a real data folder, sound that is recorded, and what bad circumstances do to it.
#![allow(clippy::disallowed_methods, reason = "programs are started with an environment, and real time passes")]

mod amplifier;
mod keep;
mod live;
mod load;
mod pipewire;
mod proof;
mod quiet;
mod recordings;
mod relay;
mod sound;
mod switching;
mod town;
mod zones;
