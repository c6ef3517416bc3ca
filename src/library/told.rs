//! Why a recording is not taken in, for the person who brings it: without the path of the station's disk.

use super::error::ImportError;
use super::staging::Told;
use crate::audio::decode::{CHANNELS_MAX, DecodeError, LooksLike, SAMPLE_RATE_MAX, SAMPLE_RATE_MIN};

const CONVERT_VI: &str = "hãy xuất bản ghi ra MP3, M4A, FLAC, Ogg Vorbis, WAV hoặc AIFF";
const CONVERT_EN: &str = "export the recording as MP3, M4A, FLAC, Ogg Vorbis, WAV or AIFF";

impl ImportError {
    /// The sentence in both languages.
    #[must_use]
    pub fn told(&self) -> Told {
        match self {
            Self::Decode(error) => decode(error),
            Self::TooLong { .. } => told(
                "bản ghi dài quá 12 giờ; hãy cắt thành từng chương trình",
                "it is longer than 12 hours; cut it into programmes",
            ),
            Self::Changed { .. } => told(
                "tệp bị thay đổi trong lúc đọc; hãy tải lên lại",
                "it changed while it was being read; upload it again",
            ),
            Self::DiskFull { .. } => told(
                "ổ đĩa của máy phát thanh đã đầy; hãy giải phóng dung lượng rồi tải lên lại",
                "the station's disk is full; free some space, then upload it again",
            ),
            Self::Worker { .. } | Self::Stopped => {
                told("máy đang quá bận; hãy tải lên lại", "the station is too busy; upload it again")
            }
            other => Told {
                vi: "không đọc hoặc ghi được tệp trên máy phát thanh; hãy báo người quản trị".to_owned(),
                en: other.to_string(),
            },
        }
    }
}

fn told(vi: impl Into<String>, en: impl Into<String>) -> Told {
    Told { vi: vi.into(), en: en.into() }
}

fn decode(error: &DecodeError) -> Told {
    match error {
        DecodeError::NotAudio { found, .. } => {
            let (vi, en) = (looks_like(*found), found.to_string());
            told(
                format!("đây không phải tệp âm thanh mà có vẻ là {vi}; {CONVERT_VI}"),
                format!("it is not audio, it looks like {en}; {CONVERT_EN}"),
            )
        }
        DecodeError::NoSupportedCodec { codec, .. } => told(
            format!("không hỗ trợ định dạng {codec}; {CONVERT_VI}"),
            format!("{codec} is not supported; {CONVERT_EN}"),
        ),
        DecodeError::Empty { .. } => told(
            "tệp rỗng (0 byte); hãy chép lại từ nơi lưu gốc",
            "it is empty (0 bytes); copy it again from where it came",
        ),
        DecodeError::TooLarge { .. } => told(
            "tệp quá lớn; hãy chuyển sang MP3 hoặc cắt nhỏ",
            "it is too large; convert it to MP3 or cut it into parts",
        ),
        DecodeError::NoChannels { .. } => told(
            "tệp không có kênh âm thanh nào; hãy xuất lại bản ghi",
            "it has no channel of sound; export the recording again",
        ),
        DecodeError::Channels { channels, .. } => told(
            format!("bản ghi có {channels} kênh, nhiều nhất là {CHANNELS_MAX}; hãy trộn thành stereo hoặc mono"),
            format!("it has {channels} channels, the most is {CHANNELS_MAX}; mix it down to stereo or mono"),
        ),
        DecodeError::SampleRate { rate, .. } => told(
            format!(
                "tần số lấy mẫu {rate} Hz nằm ngoài khoảng {SAMPLE_RATE_MIN} đến {SAMPLE_RATE_MAX} Hz; hãy chuyển sang 44100 hoặc 48000 Hz"
            ),
            format!(
                "its sample rate of {rate} Hz is not within {SAMPLE_RATE_MIN} to {SAMPLE_RATE_MAX} Hz; convert it to 44100 or 48000 Hz"
            ),
        ),
        DecodeError::Damaged { format, fault, .. } => told(
            format!("tệp {format} bị hỏng ({fault}); hãy chép hoặc xuất lại bản ghi"),
            format!("it is a damaged {format} file: {fault}; copy or export it again"),
        ),
        DecodeError::Changes { .. } => told(
            "tệp gồm nhiều bản ghi nối vào nhau; hãy xuất lại thành một bản ghi",
            "it is several recordings in one; export it again as one",
        ),
        DecodeError::Unreadable { .. } | DecodeError::NotAFile { .. } => told(
            "không đọc được tệp đã tải lên; hãy tải lên lại",
            "the file that was uploaded cannot be read; upload it again",
        ),
    }
}

fn looks_like(found: LooksLike) -> String {
    match found {
        LooksLike::Text => "văn bản thuần".to_owned(),
        LooksLike::Html => "trang web (HTML)".to_owned(),
        LooksLike::Picture(kind) => format!("ảnh ({kind})"),
        LooksLike::Document(kind) => format!("tài liệu hoặc tệp nén ({kind})"),
        LooksLike::SilentVideo => "phim không có tiếng".to_owned(),
        LooksLike::Program => "chương trình máy tính".to_owned(),
        LooksLike::Zeros => "tệp toàn số không do chép dở dang".to_owned(),
        LooksLike::Unknown => "loại tệp không rõ".to_owned(),
    }
}
