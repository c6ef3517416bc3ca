//! Amplifiers that exist on paper: each does what its switch is told, unless that is broken, and what power there was is kept as the
//! truth.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::domain::log::{Incident, Record};
use crate::domain::slot::ZoneId;
use crate::domain::station::Input;

/// How long a virtual switch takes.
pub(super) const SWITCH_TAKES: Duration = Duration::from_millis(120);

/// How a switch is broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BrokenSwitch {
    /// It does nothing, and says so.
    Refuses,
    /// It does nothing and says nothing.
    Dead,
    /// It does what it is told, and says that it did not.
    Misread,
}

/// The amplifier of a zone with its switch.
#[derive(Debug, Clone, Default)]
pub struct VirtualSwitch {
    /// Monotonic times at which the power changed, with what it became. Off before the first.
    truth: Vec<(Duration, bool)>,
    /// Monotonic times at which people were told that it fails (true), or works again.
    told: Vec<(Duration, bool)>,
    broken: Option<(BrokenSwitch, Duration)>,
}

impl VirtualSwitch {
    /// When its power changed, and what it became.
    #[must_use]
    pub fn truth(&self) -> &[(Duration, bool)] {
        &self.truth
    }

    /// When people were told that it fails (true), or works again.
    #[must_use]
    pub fn told(&self) -> &[(Duration, bool)] {
        &self.told
    }

    /// Whether it is on.
    #[must_use]
    pub fn is_on(&self) -> bool {
        self.truth.last().is_some_and(|(_, on)| *on)
    }

    /// It is told what to be. Whether it answers that it is; none is no answer.
    fn turn(&mut self, mono: Duration, on: bool) -> Option<bool> {
        let broken = self.broken.filter(|(_, until)| *until > mono).map(|(how, _)| how);
        if matches!(broken, None | Some(BrokenSwitch::Misread)) && on != self.is_on() {
            self.truth.push((mono, on));
        }
        match broken {
            None => Some(true),
            Some(BrokenSwitch::Refuses | BrokenSwitch::Misread) => Some(false),
            Some(BrokenSwitch::Dead) => None,
        }
    }
}

/// The amplifiers of the zones that have one.
#[derive(Debug, Clone, Default)]
pub struct VirtualSwitches(BTreeMap<ZoneId, VirtualSwitch>);

impl VirtualSwitches {
    /// All off.
    pub(super) fn new<'a>(zones: impl IntoIterator<Item = &'a ZoneId>) -> Self {
        Self(zones.into_iter().map(|zone| (zone.clone(), VirtualSwitch::default())).collect())
    }

    /// Each, with its zone.
    pub fn iter(&self) -> impl Iterator<Item = (&ZoneId, &VirtualSwitch)> {
        self.0.iter()
    }

    pub(super) fn break_until(&mut self, zone: &ZoneId, how: BrokenSwitch, until: Duration) {
        self.0.get_mut(zone).into_iter().for_each(|switch| switch.broken = Some((how, until)));
    }

    /// The log grew: it says what people were told.
    pub(super) fn logged(&mut self, mono: Duration, record: &Record) {
        let (zone, fails) = match record {
            Record::Incident(Incident::AmplifierFault { zone, .. }) => (zone, true),
            Record::Incident(Incident::AmplifierBack { zone }) => (zone, false),
            _ => return,
        };
        self.0.get_mut(zone).into_iter().for_each(|switch| switch.told.push((mono, fails)));
    }

    /// The switch of a zone does what it was told, if it does; its answer.
    pub(super) fn turn(&mut self, mono: Duration, zone: ZoneId, order: u64, on: bool) -> Option<Input> {
        let done = self.0.get_mut(&zone)?.turn(mono, on)?;
        let fault = (!done).then(|| "it says that it did not".to_owned());
        Some(Input::Switched { zone, order, fault })
    }
}
