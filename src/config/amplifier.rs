//! What switches the amplifier of a zone, and how it is treated.

use std::path::PathBuf;
use std::time::Duration;

use super::reader::Reader;
use crate::domain::amplifier::{
    AmplifierSettings, CommandSwitch, GpioLine, GpioSwitch, HttpConfirm, HttpSignIn, HttpSwitch, Method, Switch,
};

/// The most arguments of a command.
const ARGUMENTS_MAX: usize = 50;
/// The highest number of a GPIO line.
const LINE_MAX: i32 = 1_023;

/// The amplifier of a zone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Amplifier {
    /// What switches it.
    pub switch: Switch,
    /// How it is treated.
    pub settings: AmplifierSettings,
}

/// What stands in `[zone.amplifier]` for each kind of switch.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    None,
    Command,
    Gpio,
    Http,
}

impl Amplifier {
    /// The amplifier of a zone; none if it has none, or together with a fault. `command` is what `[amplifier]` says.
    pub(super) fn read(reader: &Reader<'_>, command: &CommandSwitch) -> Option<Self> {
        let kinds = [("none", Kind::None), ("command", Kind::Command), ("gpio", Kind::Gpio), ("http", Kind::Http)];
        let kind = reader.choice("switch", kinds);
        let seconds =
            |key: &str, least: u64, most: u64| Duration::from_secs(reader.whole(key, &(least..=most), "seconds"));
        let settings = AmplifierSettings {
            warm_up: seconds("warm_up_seconds", 0, 300),
            tail: seconds("tail_seconds", 0, 600),
            pause_min: seconds("pause_seconds_min", 0, 3_600),
            answer_within: seconds("answer_seconds_max", 1, 60),
        };
        let gpio = gpio(&reader.section("gpio"), kind == Some(Kind::Gpio));
        let http = http(&reader.section("http"), kind == Some(Kind::Http));
        let switch = match kind? {
            Kind::None => return None,
            Kind::Command => {
                if command.command.is_empty() {
                    let remedy = "name the program in `amplifier.command` too, in the station's file";
                    reader.reject("switch", "\"none\" while `amplifier.command` is empty", remedy);
                }
                Switch::Command(command.clone())
            }
            Kind::Gpio => Switch::Gpio(gpio),
            Kind::Http => Switch::Http(http?),
        };
        Some(Self { switch, settings })
    }

    /// Whether both would switch the same thing: the section and key at which that is said.
    pub(super) fn clashes_with(&self, other: &Self) -> Option<(&'static str, &'static str)> {
        match (&self.switch, &other.switch) {
            // A line that one reads cannot be moved by another, and the kernel gives each to one alone.
            (Switch::Gpio(own), Switch::Gpio(other)) if own.chip == other.chip => {
                let taken = [Some(other.line), other.confirm].map(|line| line.map(|line| line.offset));
                let key = if taken.contains(&Some(own.line.offset)) { Some("line") } else { None };
                let confirm = own.confirm.filter(|line| taken.contains(&Some(line.offset))).map(|_| "confirm_line");
                key.or(confirm).map(|key| ("gpio", key))
            }
            (Switch::Http(own), Switch::Http(other)) => {
                let taken = [&other.on, &other.off];
                let mut addresses = [("on", &own.on), ("off", &own.off)].into_iter();
                addresses.find(|(_, address)| taken.contains(address)).map(|(key, _)| ("http", key))
            }
            _ => None,
        }
    }
}

/// The program of `[amplifier]`.
pub(super) fn command(reader: &Reader<'_>) -> CommandSwitch {
    let command = program(reader, "command");
    if !command.is_empty() && !command.iter().any(|word| word.contains(CommandSwitch::POWER)) {
        let remedy = "write {power} where the program wants to be told \"on\" or \"off\"";
        reader.reject("command", "a program with {power} among its arguments", remedy);
    }
    CommandSwitch { command, confirm: program(reader, "confirm") }
}

/// A program that names no zone switches only one amplifier.
pub(super) fn names_its_zone(command: &CommandSwitch) -> bool {
    let names = |words: &[String]| words.iter().any(|word| word.contains(CommandSwitch::ZONE));
    names(&command.command) && (command.confirm.is_empty() || names(&command.confirm))
}

fn program(reader: &Reader<'_>, key: &str) -> Vec<String> {
    let command = reader.texts(key, ARGUMENTS_MAX);
    if command.first().is_some_and(|program| program.contains('/') && !program.starts_with('/')) {
        let expected = "a program by its name alone, or by its whole path from /";
        reader.reject(key, expected, "write where it is from / on");
    }
    command
}

fn gpio(reader: &Reader<'_>, wanted: bool) -> GpioSwitch {
    let chip = reader.text("chip");
    if !chip.starts_with('/') {
        reader.reject(
            "chip",
            "the device of a chip by its whole path",
            "for example /dev/gpiochip0; `ls /dev/gpiochip*`",
        );
    }
    let offset = reader.whole("line", &(0..=LINE_MAX), "");
    let confirm = reader.whole("confirm_line", &(-1..=LINE_MAX), "");
    if wanted && confirm == offset {
        let remedy = "what is read back from the line itself says nothing of the amplifier; -1 reads nothing back";
        reader.reject("confirm_line", "another line than `line`", remedy);
    }
    let (active_low, confirm_low) = (reader.flag("active_low"), reader.flag("confirm_active_low"));
    let line = |offset: i32, active_low| Some(GpioLine { offset: u32::try_from(offset).ok()?, active_low });
    GpioSwitch {
        chip: PathBuf::from(chip),
        line: line(offset, active_low).unwrap_or(GpioLine { offset: 0, active_low }),
        confirm: line(confirm, confirm_low),
    }
}

/// `wanted` if it is chosen: then nothing that it needs may be empty. None only together with a fault.
fn http(reader: &Reader<'_>, wanted: bool) -> Option<HttpSwitch> {
    let address = |key: &str, needed: bool| {
        let text = if needed { reader.text(key) } else { reader.text_or_empty(key) };
        let web = text.starts_with("http://") || text.starts_with("https://");
        let plain = !text.contains(|letter: char| letter.is_whitespace() || letter.is_control() || letter == '@');
        let fits = text.is_empty() || (web && plain);
        if !fits {
            let expected = "an address with http:// or https://, without blanks, name or password";
            reader.reject(key, expected, "for example http://192.168.1.50/relay/0?turn=on; the name belongs in `user`");
        }
        text
    };
    let (on, off) = (address("on", wanted), address("off", wanted));
    if wanted && !on.is_empty() && on == off {
        reader.reject(
            "off",
            "another address than `on`",
            "an address that switches there and back is not known to be on or off",
        );
    }
    let confirm = HttpConfirm {
        address: address("confirm", false),
        on_text: reader.text_or_empty("confirm_on_text"),
        off_text: reader.text_or_empty("confirm_off_text"),
    };
    if !confirm.address.is_empty() && (confirm.on_text.is_empty() || confirm.off_text.is_empty()) {
        let key = if confirm.on_text.is_empty() { "confirm_on_text" } else { "confirm_off_text" };
        reader.reject(
            key,
            "a text while `confirm` is an address",
            "open the address in a browser and copy what differs",
        );
    } else if !confirm.address.is_empty()
        && (confirm.off_text.contains(&confirm.on_text) || confirm.on_text.contains(&confirm.off_text))
    {
        reader.reject(
            "confirm_off_text",
            "a text that does not hold `confirm_on_text`, nor is held by it",
            "copy more of what differs between on and off: an answer that holds both says neither",
        );
    }
    let (user, password_file) = (reader.text_or_empty("user"), reader.path("password_file"));
    if !user.is_empty() && password_file.is_none() {
        let remedy = "write the password into a file of its own, readable by the station's account only";
        reader.reject("password_file", "a file while `user` is a name", remedy);
    }
    if user.contains(':') {
        reader.reject("user", "a name without a colon", "the colon stands between name and password");
    }
    Some(HttpSwitch {
        on,
        off,
        method: reader.choice("method", [("get", Method::Get), ("post", Method::Post)])?,
        on_text: reader.text_or_empty("on_text"),
        off_text: reader.text_or_empty("off_text"),
        confirm: (!confirm.address.is_empty()).then_some(confirm),
        sign_in: password_file.filter(|_| !user.is_empty()).map(|password_file| HttpSignIn { user, password_file }),
    })
}
