//! What is told about a recording, in words.

use std::time::Duration;

use super::{Existing, Finding, Truncated};

impl Finding {
    /// The sentence in English.
    #[must_use]
    pub fn english(&self) -> String {
        match self {
            Self::Duplicate(Existing { clip: Some(clip), title }) => {
                format!("the same recording is already in the library: clip {clip}, \"{title}\"")
            }
            Self::Duplicate(Existing { clip: None, title }) => {
                format!("the same recording was just brought in under the title \"{title}\"")
            }
            Self::Truncated(Truncated { declared: Some(declared), found }) => format!(
                "cut off: {} of {} are there; copy the file again",
                english_time(*found),
                english_time(*declared)
            ),
            Self::Truncated(Truncated { declared: None, found }) => {
                format!("cut off after {}; copy the file again", english_time(*found))
            }
            Self::TooShort { found, min } => {
                format!("{}: shorter than the {} the campaign asks", english_time(*found), english_time(*min))
            }
            Self::TooLong { found, max } => {
                format!("{}: longer than the {} the campaign asks", english_time(*found), english_time(*max))
            }
            Self::Silent => "nothing is heard in it".to_owned(),
            Self::Quiet { below_db, left_db } if *left_db < 0.5 => {
                format!("{below_db:.0} dB too quiet, will be raised")
            }
            Self::Quiet { below_db, left_db } => {
                format!("{below_db:.0} dB too quiet, will be raised and still be {left_db:.0} dB too quiet")
            }
            Self::Loud { above_db } => format!("{above_db:.0} dB too loud, will be lowered"),
            Self::HeadSilence { silence } => format!("{} of silence at the beginning", english_time(*silence)),
            Self::TailSilence { silence } => format!("{} of silence at the end", english_time(*silence)),
            Self::InnerSilence { silence } => format!("a pause of {} in the middle", english_time(*silence)),
            Self::Clipped { samples } => format!("distorted: {samples} samples are cut off at full level"),
            Self::Corrupt { packets } => format!("damaged in {packets} places, silence takes their place"),
            Self::Mended { samples } => format!("{samples} samples were no numbers, silence takes their place"),
        }
    }

    /// The sentence in Vietnamese.
    #[must_use]
    pub fn vietnamese(&self) -> String {
        match self {
            Self::Duplicate(Existing { clip: Some(clip), title }) => {
                format!("bản ghi này đã có trong thư viện: tin bài số {clip}, “{title}”")
            }
            Self::Duplicate(Existing { clip: None, title }) => {
                format!("bản ghi này vừa được nhập với tên “{title}”")
            }
            Self::Truncated(Truncated { declared: Some(declared), found }) => format!(
                "tệp bị cắt cụt: chỉ có {} trên {}; hãy chép lại tệp",
                vietnamese_time(*found),
                vietnamese_time(*declared)
            ),
            Self::Truncated(Truncated { declared: None, found }) => {
                format!("tệp bị cắt cụt sau {}; hãy chép lại tệp", vietnamese_time(*found))
            }
            Self::TooShort { found, min } => {
                format!("dài {}: ngắn hơn mức {} theo kế hoạch", vietnamese_time(*found), vietnamese_time(*min))
            }
            Self::TooLong { found, max } => {
                format!("dài {}: dài hơn mức {} theo kế hoạch", vietnamese_time(*found), vietnamese_time(*max))
            }
            Self::Silent => "không nghe thấy gì trong bản ghi".to_owned(),
            Self::Quiet { below_db, left_db } if *left_db < 0.5 => {
                format!("nhỏ hơn mức chuẩn {below_db:.0} dB, sẽ được tăng lên khi phát")
            }
            Self::Quiet { below_db, left_db } => {
                format!(
                    "nhỏ hơn mức chuẩn {below_db:.0} dB, sẽ được tăng lên khi phát nhưng vẫn nhỏ hơn {left_db:.0} dB"
                )
            }
            Self::Loud { above_db } => format!("to hơn mức chuẩn {above_db:.0} dB, sẽ được giảm xuống khi phát"),
            Self::HeadSilence { silence } => format!("im lặng {} ở đầu", vietnamese_time(*silence)),
            Self::TailSilence { silence } => format!("im lặng {} ở cuối", vietnamese_time(*silence)),
            Self::InnerSilence { silence } => format!("có quãng lặng {} ở giữa", vietnamese_time(*silence)),
            Self::Clipped { samples } => format!("âm thanh bị vỡ tiếng: {samples} mẫu vượt mức tối đa"),
            Self::Corrupt { packets } => format!("tệp bị hỏng ở {packets} chỗ, các chỗ đó được thay bằng khoảng lặng"),
            Self::Mended { samples } => format!("{samples} mẫu âm thanh không hợp lệ, đã được thay bằng khoảng lặng"),
        }
    }
}

fn parts(time: Duration) -> (u64, u64, u64) {
    let seconds = time.as_secs();
    (seconds / 3600, seconds / 60 % 60, seconds % 60)
}

fn worded(time: Duration, [hour, minute, second]: [&str; 3], below_a_second: &str) -> String {
    let (hours, minutes, seconds) = parts(time);
    let words: Vec<_> = [(hours, hour), (minutes, minute), (seconds, second)]
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, unit)| format!("{count} {unit}"))
        .collect();
    if words.is_empty() { below_a_second.to_owned() } else { words.join(" ") }
}

fn english_time(time: Duration) -> String {
    worded(time, ["h", "min", "s"], "less than a second")
}

fn vietnamese_time(time: Duration) -> String {
    worded(time, ["giờ", "phút", "giây"], "chưa đầy một giây")
}
