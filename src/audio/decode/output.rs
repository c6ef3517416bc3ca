//! What a decoder hands out.

/// A stretch of sound, valid until the next call.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Block<'a> {
    /// Place of its first frame, counted from the head of the clip.
    pub frame: u64,
    /// Interleaved samples, full scale at 1.0; never NaN or infinite; floating-point files may exceed full scale.
    pub samples: &'a [f32],
}

/// A file that ends before its time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Truncation {
    /// Frames that it declares; none if it does not say, and it merely ends inside a packet.
    pub declared: Option<u64>,
    /// Frames that were there.
    pub decoded: u64,
}
