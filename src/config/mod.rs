//! TOML, environment and flags become a checked [`Config`].
//!
//! `config/loa.toml` lists every option and is compiled in: what it says is the default, so file and code cannot part. Over it
//! lie the station's file, the environment and the flags ([`Sources`]). Reading never stops at the first mistake: a
//! [`ConfigError`] names them all, each with its place, value, expectation and remedy.

mod amplifier;
mod backup;
mod campaign;
mod console;
mod drafts;
mod fault;
mod files;
mod form;
mod library;
mod microphone;
mod office;
mod options;
mod output;
mod reader;
mod relay;
mod report;
mod returned;
mod schedule;
mod sources;
mod speech;
mod station;
mod tiers;
mod tree;
mod upkeep;
mod watch;
mod zone;

use std::cell::RefCell;
use std::path::{Path, PathBuf};

pub use amplifier::Amplifier;
pub use backup::Backup;
pub use campaign::Campaign;
pub use console::{Console, Tls};
pub use drafts::{Deliver, Drafts, Mail, MailSecurity};
pub use fault::{ConfigError, Fault, Place, Problem};
pub use form::Form;
pub use library::{DurationRule, Library, Minutes};
pub use options::{
    Changes, Field as OptionField, HOLIDAYS, Layer, Options, Restart, SETTINGS_NAME, Saved, SettingsError,
    Value as OptionValue,
};
pub use output::{Host, Icecast, Output, OutputKind, Rtp};
pub use report::Report;
pub use schedule::Schedule;
pub use sources::{Sources, Trial};
pub use speech::Speech;
pub use station::Station;
pub use tiers::Tiers;
pub use upkeep::{Audio, Clock, Control, Data, Log, Shutdown};
pub use watch::{LoudnessUnits, Watch};
pub use zone::Zone;

use reader::{Findings, Reader};
use tree::Node;

use crate::domain::clip::Clip;
use crate::domain::loudness::gain_db;
use crate::domain::microphone::{Microphone, MicrophoneId};
use crate::domain::office::{Agency, Office};
use crate::domain::relay::{Relay, RelayId};
use crate::domain::slot::ZoneId;

/// The shipped file: every option with its default, unit and meaning.
pub const SHIPPED: &str = include_str!("../../config/loa.toml");

/// Everything a station is told before it starts. Checked: whoever holds one may rely on every range in `config/loa.toml`.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// The station's own file, if one was read.
    pub file: Option<PathBuf>,
    /// Who it is, and how early it prepares.
    pub station: Station,
    /// Where everything is kept.
    pub data: Data,
    /// How the command line reaches the daemon.
    pub control: Control,
    /// Where the web console listens.
    pub console: Console,
    /// The mix.
    pub audio: Audio,
    /// Groups of loudspeakers; at least one, at most [`Zone::COUNT_MAX`], names distinct.
    pub zones: Vec<Zone>,
    /// What other stations can be relayed, and from where; ids distinct.
    pub relays: Vec<Relay>,
    /// Through what a person may speak live; ids distinct.
    pub microphones: Vec<Microphone>,
    /// When it may sound, and the defaults of slots.
    pub schedule: Schedule,
    /// What clips it takes.
    pub library: Library,
    /// How it reads texts aloud.
    pub speech: Speech,
    /// What holds for the tiers above normal.
    pub tiers: Tiers,
    /// Propaganda plans; codes distinct.
    pub campaigns: Vec<Campaign>,
    /// Who reports to whom, and when these names are right.
    pub office: Office,
    /// How it counts and words.
    pub report: Report,
    /// Reports that are drafted without being asked for.
    pub drafts: Drafts,
    /// What people are told of at once, and how.
    pub watch: Watch,
    /// The as-run log.
    pub log: Log,
    /// What is a step of the clock.
    pub clock: Clock,
    /// How it ends.
    pub shutdown: Shutdown,
    /// The copy that is made every day.
    pub backup: Backup,
    /// Where all of it came from, to read it anew.
    pub sources: Sources,
}

/// To what loudness clips are brought.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ProgrammeLoudness {
    /// In LUFS.
    pub target_lufs: f64,
    /// No true peak is lifted above this, in dBTP.
    pub peak_cap_dbtp: f64,
}

impl ProgrammeLoudness {
    /// The gain that brings a clip to it, in dB.
    #[must_use]
    pub fn gain_db_of(self, clip: &Clip) -> f64 {
        gain_db(clip.audio.loudness_lufs, clip.audio.true_peak_dbtp, self.target_lufs, self.peak_cap_dbtp)
    }
}

impl Config {
    /// Reads every layer and checks it.
    ///
    /// # Errors
    /// Everything that is wrong, at once.
    pub fn load(sources: &Sources) -> Result<Self, ConfigError> {
        let findings = RefCell::new(Findings::default());
        let built_in = Node::parse(Path::new("config/loa.toml"), SHIPPED, &mut findings.borrow_mut().faults);
        let given = sources.tree(&built_in, &mut findings.borrow_mut().faults);
        findings.borrow_mut().instead = sources.trial.iter().flat_map(|trial| trial.files.clone()).collect();
        let reader = Reader::new(&given, Some(&built_in), &findings);
        let config = Self::read(&reader, sources);
        let mut findings = findings.into_inner();
        let unknown = reader::unknown(&given, &findings.known);
        findings.faults.extend(unknown);
        match (config, findings.faults) {
            (Some(config), faults) if faults.is_empty() => Ok(config),
            (_, faults) => Err(ConfigError { faults }),
        }
    }

    /// The campaign with this code.
    #[must_use]
    pub fn campaign(&self, code: &str) -> Option<&Campaign> {
        self.campaigns.iter().find(|campaign| campaign.code == code)
    }

    /// The relay with this id.
    #[must_use]
    pub fn relay(&self, id: &RelayId) -> Option<&Relay> {
        self.relays.iter().find(|relay| relay.id == *id)
    }

    /// The microphone with this id.
    #[must_use]
    pub fn microphone(&self, id: &MicrophoneId) -> Option<&Microphone> {
        self.microphones.iter().find(|microphone| microphone.id == *id)
    }

    /// Every relay with whose programme it carries, as a rundown is chosen with.
    #[must_use]
    pub fn relay_names(&self) -> Vec<(RelayId, String)> {
        self.relays.iter().map(|relay| (relay.id.clone(), relay.name.clone())).collect()
    }

    /// The agency in whose name a report on days up to `day` is made; none before the first and after the last.
    #[must_use]
    pub fn agency_on(&self, day: chrono::NaiveDate) -> Option<&Agency> {
        self.office.on(day).agency
    }

    /// How long an item of this campaign (or of none, or of one that is gone) shall be.
    #[must_use]
    pub fn item_minutes(&self, campaign: Option<&str>) -> Minutes {
        campaign
            .and_then(|code| self.campaign(code))
            .map_or(self.library.item_minutes, |campaign| campaign.item_minutes)
    }

    /// The names of its zones, in order.
    #[must_use]
    pub fn zone_ids(&self) -> Vec<ZoneId> {
        self.zones.iter().map(|zone| zone.id.clone()).collect()
    }

    /// To what loudness clips are brought before the zones: that of the loudest, under the lowest cap. Zones that are to be
    /// quieter turn it down.
    #[must_use]
    pub fn programme_loudness(&self) -> ProgrammeLoudness {
        let targets = self.zones.iter().map(|zone| zone.loudness_target_lufs);
        let caps = self.zones.iter().map(|zone| zone.true_peak_cap_dbtp);
        ProgrammeLoudness {
            target_lufs: targets.fold(f64::NEG_INFINITY, f64::max),
            peak_cap_dbtp: caps.fold(f64::INFINITY, f64::min),
        }
    }

    /// The gain at which a clip is played, in dB.
    #[must_use]
    pub fn gain_db_of(&self, clip: &Clip) -> f64 {
        self.programme_loudness().gain_db_of(clip)
    }

    /// The keys of every option, sorted; those of a list as `zone[].name`.
    #[must_use]
    pub fn keys() -> Vec<String> {
        let findings = RefCell::new(Findings::default());
        let built_in = Node::parse(Path::new("config/loa.toml"), SHIPPED, &mut Vec::new());
        let _read = Self::read(&Reader::new(&built_in, Some(&built_in), &findings), &Sources::default());
        findings.into_inner().known.into_keys().collect()
    }

    /// None only together with a fault: every part is read even if one before it will not do.
    fn read(reader: &Reader<'_>, sources: &Sources) -> Option<Self> {
        let data = Data::read(&reader.section("data"));
        let control = Control::read(&reader.section("control"), &data.folder);
        let console = Console::read(&reader.section("console"));
        let audio = Audio::read(&reader.section("audio"), &data.folder);
        let zones = Zone::read_all(reader, &data.folder);
        let rtp = zones.iter().flatten().any(|zone| matches!(zone.output.kind, OutputKind::Rtp(_)));
        if rtp && audio.sample_rate_hz != 48_000 {
            let remedy = "receivers of RTP take nothing else";
            reader.section("audio").reject("sample_rate_hz", "48000 while the output of a zone is \"rtp\"", remedy);
        }
        let relays = relay::read_all(reader, &data.folder);
        let microphones = microphone::read_all(reader);
        let station = Station::read(&reader.section("station"));
        let schedule = Schedule::read(reader);
        let library = Library::read(&reader.section("library"));
        let speech = Speech::read(&reader.section("speech"));
        let tiers = Tiers::read(&reader.section("tiers"));
        let campaigns = Campaign::read_all(reader, library.as_ref().map(|library| &library.topics));
        let office = office::read(reader, station.as_ref());
        let report = Report::read(&reader.section("report"));
        let month_rule = report.as_ref().map(|report| report.month_rule);
        let drafts = Drafts::read(&reader.section("drafts"), &data.folder, month_rule);
        let watch = Watch::read(&reader.section("watch"));
        let log = Log::read(&reader.section("log"));
        let clock = Clock::read(&reader.section("clock"));
        let shutdown = Shutdown::read(&reader.section("shutdown"));
        let backup = Backup::read(&reader.section("backup"), &data.folder);
        Some(Self {
            file: sources.file.clone(),
            sources: Sources { trial: None, ..sources.clone() },
            station: station?,
            data,
            control,
            console,
            audio,
            zones: zones?,
            relays,
            microphones,
            schedule: schedule?,
            library: library?,
            speech: speech?,
            tiers: tiers?,
            campaigns,
            office,
            report: report?,
            drafts: drafts?,
            watch: watch?,
            log,
            clock,
            shutdown: shutdown?,
            backup: backup?,
        })
    }
}
