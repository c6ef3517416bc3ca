//! The witnesses of all zones that have a return feed: which airing begins and ends where, and what is made of it.
//!
//! They are told what the engines say, and what the log is told. An airing is over for them when its end is committed, so a proof never precedes it.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc::Sender;

use super::StationError;
use crate::audio::Said;
use crate::audio::proof::{News, Witness, WitnessSettings};
use crate::clock;
use crate::config::Config;
use crate::domain::log::{Incident, Kind, PartId, Record};
use crate::domain::proof::Proof;
use crate::domain::slot::ZoneId;
use crate::domain::station::Input;

/// Longest wait for a witness when the station ends.
const CONCLUDE_MAX: Duration = Duration::from_secs(1);

/// See the module.
pub(super) struct Proving {
    witnesses: BTreeMap<ZoneId, Witness>,
    /// What is meant to sound or sounds where there is a return feed: its title and its zones.
    meant: BTreeMap<PartId, (String, Vec<ZoneId>)>,
}

impl Proving {
    /// A witness for every zone with a return feed, whose findings go to the station.
    pub(super) fn new(config: &Config, answers: &Sender<Input>) -> Result<Self, StationError> {
        let mut witnesses = BTreeMap::new();
        for zone in &config.zones {
            let Some(source) = zone.returned.clone() else { continue };
            let rate_hz = config.audio.sample_rate_hz;
            let settings = WitnessSettings { zone: zone.id.clone(), source, rate_hz, clock: Arc::new(clock::now) };
            let (answers, id) = (answers.clone(), zone.id.clone());
            // The loop has gone only if the whole station has.
            let tell = move |news| drop(answers.blocking_send(input_of(&id, news)));
            let witness = Witness::spawn(settings, tell).map_err(StationError::Witness)?;
            witnesses.insert(zone.id.clone(), witness);
        }
        Ok(Self { witnesses, meant: BTreeMap::new() })
    }

    /// The witness of a zone, for its output.
    pub(super) fn of(&self, zone: &ZoneId) -> Option<Witness> {
        self.witnesses.get(zone).cloned()
    }

    /// These records are being committed.
    pub(super) fn written(&mut self, records: &[Record]) {
        for record in records {
            match record {
                // The signature tune is the same every day: that it was heard would prove nothing, and it counts for nothing.
                Record::Intent(intent) if intent.kind != Kind::Ident => {
                    let zones = intent.zones.iter().filter(|zone| self.witnesses.contains_key(*zone));
                    let zones: Vec<ZoneId> = zones.cloned().collect();
                    if !zones.is_empty() {
                        self.meant.insert(intent.part, (intent.sound.title().to_owned(), zones));
                    }
                }
                Record::End(end) => {
                    let Some((_, zones)) = self.meant.remove(&end.part) else { continue };
                    let at = end.end.unwrap_or_else(|| clock::now().wall);
                    let witnesses = zones.iter().filter_map(|zone| self.witnesses.get(zone));
                    witnesses.for_each(|witness| witness.end(end.part, at));
                }
                _ => {}
            }
        }
    }

    /// The engine of a zone says this.
    pub(super) fn heard(&self, said: &Said) {
        let Some(witness) = self.witnesses.get(&said.zone) else { return };
        match &said.input {
            Input::Started { part, at } => {
                if let Some((title, _)) = self.meant.get(part) {
                    witness.begin(*part, title.clone(), *at);
                }
            }
            Input::Ended { part, heard, .. } if self.meant.contains_key(part) => {
                witness.leave(*part, heard.end.unwrap_or_else(|| clock::now().wall));
            }
            _ => {}
        }
    }

    /// What can be said now of everything that is over: the station ends.
    pub(super) async fn conclude(self) -> Vec<(Proof, String)> {
        let asked: Vec<_> = self.witnesses.values().map(Witness::conclude).collect();
        let answers = tokio::task::spawn_blocking(move || {
            let answers = asked.iter().filter_map(|answer| answer.recv_timeout(CONCLUDE_MAX).ok());
            answers.flatten().collect()
        });
        // The task only ends early if it panics or the runtime does.
        answers.await.unwrap_or_default()
    }
}

fn input_of(zone: &ZoneId, news: News) -> Input {
    let zone = zone.clone();
    match news {
        News::Proved { proof, title } => Input::Proved { proof, title },
        News::Lost(error) => Input::Noted(Incident::ReturnLost { zone, error }),
        News::Back => Input::Noted(Incident::ReturnBack { zone }),
    }
}
