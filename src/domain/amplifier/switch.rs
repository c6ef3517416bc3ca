//! What switches an amplifier: a program, a line of the machine, or a relay in the network.

use std::fmt;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::domain::slot::ZoneId;

/// What switches the amplifier of a zone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Switch {
    /// A program.
    Command(CommandSwitch),
    /// A line of the machine (GPIO).
    Gpio(GpioSwitch),
    /// A relay that is asked over HTTP.
    Http(HttpSwitch),
}

/// A program that switches.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CommandSwitch {
    /// The program and its arguments; `{zone}` stands for the zone's id, `{power}` for `on` or `off`.
    pub command: Vec<String>,
    /// A program that says `on` or `off`; empty: the switch is believed when its program ends well.
    pub confirm: Vec<String>,
}

/// A line of a GPIO chip.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GpioSwitch {
    /// The chip's device.
    pub chip: PathBuf,
    /// The line that switches.
    pub line: GpioLine,
    /// The line of the same chip at which the power is read back; none: the switch is believed.
    pub confirm: Option<GpioLine>,
}

/// One line, and which of its two levels means on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct GpioLine {
    /// Its number on the chip, counted from 0.
    pub offset: u32,
    /// Whether low means on.
    pub active_low: bool,
}

/// A relay in the network.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HttpSwitch {
    /// The address that is asked to switch it on.
    pub on: String,
    /// The address that is asked to switch it off.
    pub off: String,
    /// How they are asked.
    pub method: Method,
    /// What the answer to `on` must hold; empty takes any that says that all is well.
    pub on_text: String,
    /// The same of `off`.
    pub off_text: String,
    /// How the power is read back; none: the answer is believed.
    pub confirm: Option<HttpConfirm>,
    /// As whom it is asked; none is nobody.
    pub sign_in: Option<HttpSignIn>,
}

/// How an address is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// As a page is.
    Get,
    /// With nothing sent along.
    Post,
}

/// How a relay in the network is asked for its power.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HttpConfirm {
    /// The address, asked as a page is.
    pub address: String,
    /// What its answer holds when it is on.
    pub on_text: String,
    /// What it holds when it is off.
    pub off_text: String,
}

/// A name and where its password is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HttpSignIn {
    /// The name.
    pub user: String,
    /// The file whose first line is the password.
    pub password_file: PathBuf,
}

impl Switch {
    /// What sort it is, as the configuration calls it.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Command(_) => "command",
            Self::Gpio(_) => "gpio",
            Self::Http(_) => "http",
        }
    }

    /// Whether its power is read back.
    #[must_use]
    pub const fn is_confirmed(&self) -> bool {
        match self {
            Self::Command(command) => !command.confirm.is_empty(),
            Self::Gpio(gpio) => gpio.confirm.is_some(),
            Self::Http(http) => http.confirm.is_some(),
        }
    }
}

impl CommandSwitch {
    /// What stands in a command for the zone's id.
    pub const ZONE: &str = "{zone}";
    /// What stands in a command for `on` or `off`.
    pub const POWER: &str = "{power}";

    /// A command with its words filled in.
    #[must_use]
    pub fn filled(command: &[String], zone: &ZoneId, on: bool) -> Vec<String> {
        let filled = |word: &String| word.replace(Self::ZONE, &zone.0).replace(Self::POWER, power_word(on));
        command.iter().map(filled).collect()
    }
}

/// `on` or `off`.
#[must_use]
pub const fn power_word(on: bool) -> &'static str {
    if on { "on" } else { "off" }
}

/// Without what may be a secret: of a command its program, of an address what stands before its question mark.
impl fmt::Display for Switch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Command(command) => f.write_str(command.command.first().map_or("", String::as_str)),
            Self::Gpio(gpio) => write!(f, "{} line {}", gpio.chip.display(), gpio.line.offset),
            Self::Http(http) => f.write_str(shown(&http.on)),
        }
    }
}

/// An address without what may be a secret.
#[must_use]
pub fn shown(address: &str) -> &str {
    address.split(['?', '#']).next().unwrap_or_default()
}
