//! What can be said about a clip.

use clap::ValueEnum;

use crate::domain::clip::{Genre, Source};

/// Thể loại.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum GenreName {
    /// Tin: short news
    News,
    /// Bài: a longer piece
    Article,
    /// Phóng sự
    Feature,
    /// Thông báo
    Notice,
    /// Nhạc hiệu: signature or closing tune; never counts
    Ident,
    /// Anything else
    Other,
}

/// Who made it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum SourceName {
    /// The town itself
    Own,
    /// The district's station
    District,
    /// The province's station
    Province,
    /// The centre
    Central,
}

impl From<GenreName> for Genre {
    fn from(name: GenreName) -> Self {
        match name {
            GenreName::News => Self::News,
            GenreName::Article => Self::Article,
            GenreName::Feature => Self::Feature,
            GenreName::Notice => Self::Notice,
            GenreName::Ident => Self::Ident,
            GenreName::Other => Self::Other,
        }
    }
}

impl From<SourceName> for Source {
    fn from(name: SourceName) -> Self {
        match name {
            SourceName::Own => Self::Own,
            SourceName::District => Self::District,
            SourceName::Province => Self::Province,
            SourceName::Central => Self::Central,
        }
    }
}
