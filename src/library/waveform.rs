//! The picture of a clip: the lowest and highest sample of each twentieth of a second.

/// Columns in a second of sound. A 12-minute clip has 14,400, in 28.8 kB.
pub const COLUMNS_PER_SECOND: u32 = 20;

/// First bytes of a stored waveform; the last is the version.
const MAGIC: [u8; 8] = *b"LOAWAVE\x01";
/// Magic, columns a second, number of columns.
const HEADER_BYTES: usize = 16;
/// Full scale.
const FULL: f32 = 127.0;

/// One column, full scale at 127.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// Lowest sample of any channel.
    pub low: i8,
    /// Highest sample of any channel.
    pub high: i8,
}

/// The columns of a whole clip, in order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Waveform {
    /// [`COLUMNS_PER_SECOND`] a second; the last may be shorter.
    pub columns: Vec<Column>,
}

impl Waveform {
    /// The same picture in at most `most` columns, each of which spans as many of these; none lost. Also how many of these a
    /// column spans.
    #[must_use]
    pub fn reduced(&self, most: usize) -> (Self, usize) {
        let span = self.columns.len().div_ceil(most.max(1)).max(1);
        let column = |columns: &[Column]| Column {
            low: columns.iter().map(|column| column.low).min().unwrap_or(0),
            high: columns.iter().map(|column| column.high).max().unwrap_or(0),
        };
        (Self { columns: self.columns.chunks(span).map(column).collect() }, span)
    }

    /// As stored beside the audio: a header of 16 bytes, then two signed bytes a column.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(HEADER_BYTES + 2 * self.columns.len());
        bytes.extend(MAGIC);
        bytes.extend(COLUMNS_PER_SECOND.to_le_bytes());
        bytes.extend(u32::try_from(self.columns.len()).unwrap_or(u32::MAX).to_le_bytes());
        bytes.extend(self.columns.iter().flat_map(|column| [column.low.cast_unsigned(), column.high.cast_unsigned()]));
        bytes
    }

    /// Reads what [`Waveform::to_bytes`] wrote; none if it is anything else.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (header, columns) = bytes.split_at_checked(HEADER_BYTES)?;
        let per_second = u32::from_le_bytes(header[8..12].try_into().ok()?);
        let count = u32::from_le_bytes(header[12..16].try_into().ok()?) as usize;
        let fits = header.starts_with(&MAGIC) && per_second == COLUMNS_PER_SECOND && columns.len() == 2 * count;
        let column = |pair: &[u8]| Column { low: pair[0].cast_signed(), high: pair[1].cast_signed() };
        fits.then(|| Self { columns: columns.chunks_exact(2).map(column).collect() })
    }
}

/// Draws a waveform from samples as they come.
#[derive(Debug)]
pub(super) struct Drawing {
    rate: u64,
    frames: u64,
    /// The frame that belongs to the next column.
    edge: u64,
    low: f32,
    high: f32,
    columns: Vec<Column>,
}

impl Drawing {
    pub(super) fn new(rate: u32) -> Self {
        let mut drawing = Self { rate: u64::from(rate), frames: 0, edge: 0, low: 0.0, high: 0.0, columns: Vec::new() };
        drawing.edge = drawing.edge_of(0);
        drawing
    }

    /// Column `index` ends before this frame. Reckoned from the head, so that columns do not drift at odd rates.
    fn edge_of(&self, index: u64) -> u64 {
        (index + 1) * self.rate / u64::from(COLUMNS_PER_SECOND)
    }

    pub(super) fn add(&mut self, mut samples: &[f32], channels: usize) {
        while !samples.is_empty() {
            let left = usize::try_from(self.edge - self.frames).unwrap_or(usize::MAX);
            let (now, later) = samples.split_at(samples.len().min(left.saturating_mul(channels)));
            let (low, high) = extremes(now);
            (self.low, self.high) = (self.low.min(low), self.high.max(high));
            self.frames += (now.len() / channels) as u64;
            if self.frames == self.edge {
                self.close();
            }
            samples = later;
        }
    }

    fn close(&mut self) {
        let column = Column { low: (self.low * FULL).round() as i8, high: (self.high * FULL).round() as i8 };
        self.columns.push(column);
        (self.low, self.high) = (0.0, 0.0);
        self.edge = self.edge_of(self.columns.len() as u64);
    }

    pub(super) fn finish(mut self) -> Waveform {
        let started = self.columns.len().checked_sub(1).map_or(0, |last| self.edge_of(last as u64));
        if self.frames > started {
            self.close();
        }
        Waveform { columns: self.columns }
    }
}

/// The lowest and highest of these samples, and zero.
fn extremes(samples: &[f32]) -> (f32, f32) {
    // Eight lanes, so that the compiler can keep them in one register.
    let mut low = [0f32; 8];
    let mut high = [0f32; 8];
    let chunks = samples.chunks_exact(8);
    for (lane, &sample) in chunks.remainder().iter().enumerate() {
        (low[lane], high[lane]) = (low[lane].min(sample), high[lane].max(sample));
    }
    for chunk in chunks {
        for lane in 0..8 {
            low[lane] = if chunk[lane] < low[lane] { chunk[lane] } else { low[lane] };
            high[lane] = if chunk[lane] > high[lane] { chunk[lane] } else { high[lane] };
        }
    }
    (low.into_iter().fold(0.0, f32::min), high.into_iter().fold(0.0, f32::max))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_picture_does_not_depend_on_how_the_samples_arrive(
            samples in proptest::collection::vec(-1.2f32..1.2, 0..6000),
            cuts in proptest::collection::vec(1usize..700, 1..40),
            rate in 8_000u32..48_000,
        ) {
            let mut whole = Drawing::new(rate);
            whole.add(&samples, 1);
            let whole = whole.finish();
            let mut pieces = Drawing::new(rate);
            let (mut rest, mut cuts) = (&samples[..], cuts.into_iter().cycle());
            while !rest.is_empty() {
                let (now, later) = rest.split_at(cuts.next().unwrap_or(1).min(rest.len()));
                pieces.add(now, 1);
                rest = later;
            }
            prop_assert_eq!(&pieces.finish(), &whole);
            let seconds = samples.len() as f64 / f64::from(rate);
            prop_assert!((whole.columns.len() as f64 - seconds * f64::from(COLUMNS_PER_SECOND)).abs() <= 1.0);
            prop_assert_eq!(Waveform::from_bytes(&whole.to_bytes()), Some(whole));
        }
    }

    #[test]
    fn a_reduced_picture_keeps_every_peak() {
        let columns = (0..1000i32).map(|at| Column { low: -((at % 7) as i8), high: (at % 101) as i8 }).collect();
        let whole = Waveform { columns };
        let (small, span) = whole.reduced(300);
        assert_eq!((small.columns.len(), span), (250, 4));
        assert_eq!(small.columns[0], Column { low: -3, high: 3 });
        assert_eq!(whole.reduced(1000), (whole.clone(), 1));
        assert_eq!(Waveform::default().reduced(0).0.columns.len(), 0);
    }

    #[test]
    fn anything_else_is_no_waveform() {
        let bytes = Waveform { columns: vec![Column { low: -3, high: 5 }] }.to_bytes();
        assert_eq!(Waveform::from_bytes(&bytes[..bytes.len() - 1]), None);
        assert_eq!(Waveform::from_bytes(b""), None);
        assert_eq!(Waveform::from_bytes(&[0; 40]), None);
    }
}
