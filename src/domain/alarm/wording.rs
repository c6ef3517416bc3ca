//! The sentence of an alarm, in Vietnamese and in English: for the command line, the log, and whoever is told of it.

use chrono::DateTime;

use super::Matter;
use crate::domain::log::MissReason;
use crate::domain::words::{Language, miss_reason};

/// The sentence of an alarm. One that this program does not know is told by its code and its values, so that none is ever hidden.
#[must_use]
pub fn sentence(matter: &Matter, language: Language) -> String {
    let told = Told { matter, language };
    let said = match language {
        Language::Vi => told.vietnamese(),
        Language::En => told.english(),
    };
    match told.remedy() {
        Some(remedy) => format!("{said} {remedy}"),
        None => said,
    }
}

struct Told<'a> {
    matter: &'a Matter,
    language: Language,
}

impl Told<'_> {
    fn of(&self, name: &str) -> &str {
        self.matter.values.get(name).map_or("", String::as_str)
    }

    /// What people call a zone or a relay; its identifier where that is not known.
    fn name(&self, what: &str) -> &str {
        let name = self.of(&format!("{what}_name"));
        if name.is_empty() { self.of(what) } else { name }
    }

    fn vietnamese(&self) -> String {
        let (zone, error, title, by) = (self.name("zone"), self.of("error"), self.of("title"), self.of("by"));
        let broadcast = || format!("Buổi {} lúc {}", self.of("name"), self.time("start"));
        match self.matter.code.as_str() {
            "output_lost" => format!("Mất thiết bị âm thanh của “{zone}”, ở đó không nghe được gì: {error}."),
            "emergency" => format!("Đang có phát khẩn cấp: “{title}”, do {by} cho phát."),
            "muted" => format!("“{zone}” đang bị tắt tiếng bởi {by}; chỉ nghe được bài khẩn cấp."),
            "clock_untrusted" => {
                "Đồng hồ của máy không đáng tin; đài không phát theo lịch cho đến khi có người xác nhận giờ đúng."
                    .to_owned()
            }
            "log_waiting" => {
                format!("Nhật ký chưa vào được cơ sở dữ liệu; {} dòng đang nằm ở tệp tạm.", self.of("records"))
            }
            "disk_low" => {
                format!("Ổ đĩa sắp đầy: còn {}, cần ít nhất {}.", self.bytes("free_bytes"), self.bytes("wanted_bytes"))
            }
            "missed" => format!("{} không phát được: {}.", broadcast(), self.reason()),
            "nothing_to_air" => format!("{} chưa có bài nào để phát.", broadcast()),
            "short_of" => {
                format!("{} mới có {} trên {}.", broadcast(), self.length("planned_ms"), self.length("room_ms"))
            }
            "priority_tie" => format!(
                "“{}” của cấp trên và “{}” của đài cùng là tin ưu tiên. Vào Hàng đợi chọn bài phát trước; đến {} chưa chọn thì {}.",
                self.of("higher"),
                self.of("own"),
                self.time("until"),
                self.first()
            ),
            "relay_recording_bad" => {
                format!("Bản ghi buổi tiếp âm {} có lỗi: {}.", self.name("relay"), self.recording())
            }
            "recording_bad" => format!("Bản ghi chương trình của “{zone}” có lỗi: {}.", self.recording()),
            "amplifier_fault" => format!(
                "Không điều khiển được tăng âm của “{zone}”: {error}. Có thể không ai nghe thấy chương trình, hoặc tăng âm vẫn bật sau buổi phát."
            ),
            "silence" => format!(
                "“{zone}” im lặng trong khi đang phát “{title}”: đã {} không có tiếng.",
                self.length("silent_ms")
            ),
            "level_out_of_range" => format!(
                "Âm lượng ở “{zone}” không bình thường khi phát “{title}”: {} LUFS, cần từ {} đến {}.",
                self.decimal("loudness_lufs"),
                self.decimal("lufs_min"),
                self.decimal("lufs_max")
            ),
            "late_start" if self.of("begun") == "true" => {
                format!("{} bắt đầu trễ {}.", broadcast(), self.length("late_ms"))
            }
            "late_start" => format!("{} chưa bắt đầu, đã trễ {}.", broadcast(), self.length("late_ms")),
            "not_heard" => format!("Loa của “{zone}” không phát ra “{title}”."),
            "return_lost" => {
                format!(
                    "Mất tín hiệu nghe lại của “{zone}”: {error}. Không xác nhận được loa có phát ra tiếng hay không."
                )
            }
            "relay_failed" => format!("Tiếp âm {} có lỗi: {}.", self.of("name"), self.trouble()),
            "unsent" => format!("Không gửi được cảnh báo qua {}: {error}.", self.way()),
            _ => self.unknown(),
        }
    }

    fn english(&self) -> String {
        let (zone, error, title, by) = (self.name("zone"), self.of("error"), self.of("title"), self.of("by"));
        let broadcast = || format!("{} at {}", self.of("name"), self.time("start"));
        match self.matter.code.as_str() {
            "output_lost" => format!("The sound device of “{zone}” is gone and nothing is heard there: {error}."),
            "emergency" => format!("An emergency is raised: “{title}”, by {by}."),
            "muted" => format!("“{zone}” is muted by {by}; only emergencies are heard there."),
            "clock_untrusted" => {
                "The clock of the machine cannot be trusted; nothing airs by schedule until somebody confirms the time."
                    .to_owned()
            }
            "log_waiting" => {
                format!("The log does not reach the database; {} records wait in a file.", self.of("records"))
            }
            "disk_low" => format!(
                "The disk is nearly full: {} free, at least {} wanted.",
                self.bytes("free_bytes"),
                self.bytes("wanted_bytes")
            ),
            "missed" => format!("{} was missed: {}.", broadcast(), self.reason()),
            "nothing_to_air" => format!("{} has nothing to air.", broadcast()),
            "short_of" => {
                format!("{} has only {} of {}.", broadcast(), self.length("planned_ms"), self.length("room_ms"))
            }
            "priority_tie" => format!(
                "“{}” of a higher station and “{}” of the town both have priority. Say in the queue which goes first; if nobody has by {}, {}.",
                self.of("higher"),
                self.of("own"),
                self.time("until"),
                self.first()
            ),
            "relay_recording_bad" => {
                format!("The recording of relay {} is bad: {}.", self.name("relay"), self.recording())
            }
            "recording_bad" => format!("The recording of “{zone}” is bad: {}.", self.recording()),
            "amplifier_fault" => format!(
                "The amplifier of “{zone}” cannot be switched: {error}. Perhaps nobody hears the programme, or it stays on after it."
            ),
            "silence" => format!(
                "“{zone}” is silent while “{title}” is on air: nothing was heard for {}.",
                self.length("silent_ms")
            ),
            "level_out_of_range" => format!(
                "The level in “{zone}” is not right while “{title}” is on air: {} LUFS, meant to be {} to {}.",
                self.decimal("loudness_lufs"),
                self.decimal("lufs_min"),
                self.decimal("lufs_max")
            ),
            "late_start" if self.of("begun") == "true" => {
                format!("{} began {} late.", broadcast(), self.length("late_ms"))
            }
            "late_start" => format!("{} has not begun and is {} late.", broadcast(), self.length("late_ms")),
            "not_heard" => {
                format!("The loudspeakers of “{zone}” did not give back “{title}”.")
            }
            "return_lost" => {
                format!("The return feed of “{zone}” is lost: {error}. Nobody can say what is heard there.")
            }
            "relay_failed" => format!("Relay of {} fails: {}.", self.of("name"), self.trouble()),
            "unsent" => format!("Alarms cannot be sent by {}: {error}.", self.way()),
            _ => self.unknown(),
        }
    }

    /// What to do; none where that is said already, or there is nothing to be done.
    fn remedy(&self) -> Option<&'static str> {
        let (vi, en) = match self.matter.code.as_str() {
            "output_lost" => {
                ("Hãy cắm lại dây hoặc card âm thanh; đài tự mở lại.", "Plug it in again; it is opened by itself.")
            }
            "log_waiting" => ("Đài vẫn phát; hãy kiểm tra ổ đĩa.", "The air goes on; see to the disk."),
            "disk_low" => ("Hãy xóa bớt bản ghi chương trình cũ.", "Delete old recordings of the programme."),
            "nothing_to_air" | "short_of" => ("Hãy thêm bài vào hàng đợi.", "Add clips to the queue."),
            "recording_bad" | "relay_recording_bad" => {
                ("Hãy kiểm tra ổ đĩa chứa bản ghi.", "See to the disk that holds it.")
            }
            "amplifier_fault" => (
                "Hãy xem nguồn và dây của rơ-le; cần thì bật tắt bằng tay.",
                "See to the relay's power and wires, and switch by hand if need be.",
            ),
            "silence" => (
                "Hãy kiểm tra tệp của bài, card âm thanh hoặc nguồn tiếp âm.",
                "See to the clip, the sound card or the source of the relay.",
            ),
            "level_out_of_range" => (
                "Hãy chỉnh mức ở nguồn tiếp âm hoặc micrô.",
                "Set the level at the source of the relay or the microphone.",
            ),
            "late_start" if self.of("begun") != "true" => (
                "Nếu có bài đang giữ cụm loa hoặc tạm dừng, hãy cho phát tiếp hoặc dừng bài đó.",
                "If something holds its zone or is paused, resume or stop that.",
            ),
            "not_heard" => ("Hãy kiểm tra tăng âm và đường dây.", "See to amplifier and lines."),
            "return_lost" => (
                "Hãy cắm lại dây hoặc micrô của đường nghe lại; đài tự mở lại.",
                "Plug its line or microphone in again; it is opened by itself.",
            ),
            "relay_failed" => ("Hãy kiểm tra mạng và máy thu.", "See to the network and the receiver."),
            "unsent" => (
                "Hãy kiểm tra mạng và mục [watch] của tệp cấu hình.",
                "See to the network and to [watch] in the station's file.",
            ),
            _ => return None,
        };
        Some(self.language.pick(vi, en))
    }

    fn unknown(&self) -> String {
        let values: Vec<&str> = self.matter.values.values().map(String::as_str).collect();
        format!("{} {}", self.matter.code, values.join(", ")).trim_end().to_owned()
    }

    /// `05:00`, in the offset of the value.
    fn time(&self, name: &str) -> String {
        let at = DateTime::parse_from_rfc3339(self.of(name));
        at.map_or_else(|_| self.of(name).to_owned(), |at| at.format("%H:%M").to_string())
    }

    fn reason(&self) -> String {
        let word = self.of("reason");
        let plain = [
            ("station_off", MissReason::StationOff),
            ("late", MissReason::Late),
            ("nothing_to_air", MissReason::NothingToAir),
            ("not_permitted", MissReason::NotPermitted),
            ("no_output", MissReason::NoOutput { error: String::new() }),
            ("bad_audio", MissReason::BadAudio { fault: String::new() }),
            ("clock", MissReason::Clock),
            ("muted", MissReason::Muted { by: String::new() }),
        ];
        let known =
            plain.iter().find(|(known, _)| *known == word).map(|(_, reason)| miss_reason(reason, self.language));
        let known = match word {
            "zone_busy" => self.language.pick("cụm loa bận buổi phát khác", "zone busy"),
            _ => known.unwrap_or(word),
        };
        let detail = self.of("detail");
        if detail.is_empty() { known.to_owned() } else { format!("{known} ({detail})") }
    }

    /// What is wrong with a relay. An alarm of before it was told in both languages has it in one.
    fn trouble(&self) -> &str {
        match (self.language, self.of("fault_vi")) {
            (Language::En, _) | (Language::Vi, "") => self.of("fault"),
            (Language::Vi, told) => told,
        }
    }

    fn first(&self) -> &'static str {
        match self.of("first") {
            "higher" => self.language.pick("bài của cấp trên phát trước", "the higher station's does"),
            _ => self.language.pick("bài của đài phát trước", "the town's own does"),
        }
    }

    fn recording(&self) -> String {
        let pick = |vi, en| self.language.pick(vi, en).to_owned();
        match self.of("fault") {
            "unwritable" => {
                format!("{} ({})", self.language.pick("không ghi được tệp", "it cannot be written"), self.of("error"))
            }
            "not_growing" => pick("tệp đang ghi không lớn thêm", "its file does not grow"),
            "lost" => pick("ổ đĩa chậm, thiếu một đoạn", "the disk was too slow, a part is missing"),
            "silent" => pick("bản ghi im lặng trong khi đang phát", "it is silent where something was sent out"),
            "damaged" => format!("{} ({})", self.language.pick("bản ghi bị hỏng", "it is damaged"), self.of("error")),
            _ => self.of("error").to_owned(),
        }
    }

    fn way(&self) -> &str {
        match self.of("way") {
            "command" => self.language.pick("chương trình watch.command", "watch.command"),
            "webhook" => self.language.pick("địa chỉ watch.webhook", "watch.webhook"),
            other => other,
        }
    }

    /// `12 phút 05 giây`.
    fn length(&self, name: &str) -> String {
        let [hour, minute, second] = match self.language {
            Language::Vi => ["giờ", "phút", "giây"],
            Language::En => ["h", "min", "s"],
        };
        let Ok(milliseconds) = self.of(name).parse::<u64>() else { return self.of(name).to_owned() };
        let total = milliseconds.saturating_add(500) / 1000;
        let (hours, minutes, seconds) = (total / 3600, total / 60 % 60, total % 60);
        match (hours, minutes, seconds) {
            (0, 0, _) => format!("{seconds} {second}"),
            (0, _, 0) => format!("{minutes} {minute}"),
            (0, _, _) => format!("{minutes} {minute} {seconds:02} {second}"),
            (_, 0, _) => format!("{hours} {hour}"),
            _ => format!("{hours} {hour} {minutes:02} {minute}"),
        }
    }

    /// `1,2 GB`.
    fn bytes(&self, name: &str) -> String {
        let Ok(bytes) = self.of(name).parse::<u64>() else { return self.of(name).to_owned() };
        let gigabytes = format!("{:.1} GB", bytes as f64 / 1e9);
        if self.language == Language::Vi { gigabytes.replace('.', ",") } else { gigabytes }
    }

    /// With a decimal comma where that is the custom.
    fn decimal(&self, name: &str) -> String {
        if self.language == Language::Vi { self.of(name).replace('.', ",") } else { self.of(name).to_owned() }
    }
}
