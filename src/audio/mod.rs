//! Decoders, rings, the mix, the outputs.

pub mod decode;
