//! Decoders, rings, the mix, the outputs.
