//! What is on air or about to be: one occurrence, one element played by hand, or somebody who speaks.

use std::time::Duration;

use chrono::{DateTime, Utc};

use super::protocol::Start;
use super::timetable::Due;
use crate::domain::airing::{Airing, CountedFrom};
use crate::domain::clip::ClipId;
use crate::domain::log::{AiringId, EndReason, Intent, Kind, MissReason, Outcome, PartId};
use crate::domain::rundown::{Planned, Role};
use crate::domain::slot::{Interrupted, OccurrenceId, ZoneId};
use crate::domain::sound::LiveSnapshot;
use crate::domain::time::Now;

/// An element interrupted more often than this is dropped: an output that comes and goes must not hold the air for ever.
const INTERRUPTIONS_MAX: u32 = 50;

/// What a session is about.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Subject {
    /// An occurrence of a slot.
    Occurrence(Due),
    /// One element that a person asked for.
    ByHand {
        /// Who.
        by: String,
        /// Own or ident.
        kind: Kind,
    },
    /// One sounding of an emergency.
    Emergency {
        /// Which: its first airing.
        emergency: AiringId,
        /// Who raised it.
        by: String,
    },
    /// Somebody speaks.
    Live {
        /// The airing of the voice.
        airing: AiringId,
        /// Through which microphone.
        live: LiveSnapshot,
        /// Who opened it.
        by: String,
    },
}

/// Who gives way to whom in a zone: to whatever is greater.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Rank {
    /// An occurrence, or what is played by hand.
    Programme,
    /// Somebody who speaks.
    Live,
    /// An emergency.
    Emergency,
}

/// How far an element has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    /// Its turn is still to come, or to come again.
    Waiting,
    /// A voice is prepared or sounding for it.
    Voiced,
    /// Over, whatever was heard of it.
    Done,
}

/// One element of the session.
#[derive(Debug, Clone)]
pub(super) struct Element {
    pub(super) planned: Planned,
    pub(super) fate: Fate,
    /// Its airing; none before its first intent.
    pub(super) airing: Option<Airing>,
    /// Stretches of its airing begun so far.
    pub(super) parts: u32,
    /// How often it was interrupted.
    interruptions: u32,
}

impl Element {
    pub(super) const fn new(planned: Planned) -> Self {
        Self { planned, fate: Fate::Waiting, airing: None, parts: 0, interruptions: 0 }
    }

    /// Where the next stretch begins, in frames from the head.
    pub(super) fn next_frame(&self) -> u64 {
        self.airing.as_ref().map_or(0, Airing::reached)
    }

    /// Something stopped it that was not its own end; what becomes of it is the slot's policy.
    pub(super) fn interrupted(&mut self, policy: Interrupted, counted_from: CountedFrom) {
        self.interruptions += 1;
        let heard = self.next_frame() > 0;
        // What counts already is not aired again from its head: it would count twice.
        let counted = self.airing.as_ref().is_some_and(|airing| airing.counted(counted_from));
        let over = policy == Interrupted::Drop || (policy == Interrupted::Restart && counted);
        self.fate = if self.interruptions >= INTERRUPTIONS_MAX || (heard && over) { Fate::Done } else { Fate::Waiting };
        if heard && policy == Interrupted::Restart && self.fate == Fate::Waiting {
            // From its head again is another airing.
            self.airing = None;
            self.parts = 0;
        }
    }
}

/// One voice asked of the engine.
#[derive(Debug, Clone)]
pub(super) struct VoiceState {
    pub(super) intent: Intent,
    /// Index of its element.
    pub(super) element: usize,
    /// Zones of its intent, and those that came back since, in which it is to be heard now.
    pub(super) zones: Vec<ZoneId>,
    pub(super) prepared: bool,
    pub(super) committed: bool,
    pub(super) durable: bool,
    pub(super) armed: Option<Start>,
    pub(super) started: Option<DateTime<Utc>>,
    /// Frames heard, as last told.
    pub(super) frames: u64,
    /// Monotonic time at which `frames` was told.
    pub(super) told_at: Duration,
    /// Monotonic time of the last journal note.
    pub(super) journaled_at: Duration,
    /// The station asked for its end.
    pub(super) ending: bool,
}

impl VoiceState {
    pub(super) fn new(intent: Intent, element: usize, mono: Duration) -> Self {
        Self {
            zones: intent.zones.clone(),
            intent,
            element,
            prepared: false,
            committed: false,
            durable: false,
            armed: None,
            started: None,
            frames: 0,
            told_at: mono,
            journaled_at: mono,
            ending: false,
        }
    }

    pub(super) const fn part(&self) -> PartId {
        self.intent.part
    }

    /// Time until its last frame, as seen at monotonic time `mono`.
    pub(super) fn remaining(&self, mono: Duration) -> Duration {
        let left = self.intent.frames_total.saturating_sub(self.intent.from_frame + self.frames);
        let left = crate::domain::clip::frames_to_duration(left, self.intent.sample_rate);
        if self.started.is_some() { left.saturating_sub(mono.saturating_sub(self.told_at)) } else { left }
    }
}

/// Whether the rundown is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Choice {
    /// To be asked for at this monotonic time.
    AskAt(Duration),
    /// Asked for.
    Asked,
    /// There.
    Known,
}

/// An end of permitted sound. Reached by whichever clock gets there first: a wall clock set back in the middle must not
/// stretch a broadcast, one set right must end it on time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Deadline {
    pub(super) wall: DateTime<Utc>,
    pub(super) mono: Duration,
}

impl Deadline {
    pub(super) fn new(wall: DateTime<Utc>, now: Now) -> Self {
        Self { wall, mono: now.mono + (wall - now.wall).to_std().unwrap_or_default() }
    }

    pub(super) fn is_reached(self, now: Now) -> bool {
        self.wall <= now.wall || self.mono <= now.mono
    }
}

/// How a session is being brought to its end before its time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Ending {
    /// A person stopped it.
    Stopped { by: String },
    /// A person muted all its zones.
    Muted { by: String },
    /// The window is over.
    Window,
    /// The station shuts down.
    Shutdown,
    /// Waited too long for a first sound, or for the output to return; or the microphone could not be opened.
    GaveUp,
    /// An emergency took all its zones, and it is not taken up again.
    Cut,
}

/// What is on hand, from its first preparation to its last frame.
#[derive(Debug, Clone)]
pub(super) struct Session {
    pub(super) subject: Subject,
    /// Where it is to be heard.
    pub(super) zones: Vec<ZoneId>,
    /// Of these zones, where something else is heard instead, or nothing: what is of a higher rank has them, or they are
    /// muted.
    pub(super) away: Vec<ZoneId>,
    /// In the order in which they are to sound.
    pub(super) voices: Vec<VoiceState>,
    /// Monotonic time since which it is held.
    pub(super) paused_at: Option<Duration>,
    pub(super) choice: Choice,
    pub(super) elements: Vec<Element>,
    /// Clips found bad on the way.
    pub(super) bad: Vec<(ClipId, String)>,
    /// The latest instant at which it may begin to sound, or sound again after an interruption.
    /// None while it sounds.
    pub(super) sound_by: Option<DateTime<Utc>>,
    /// Sound at this instant is faded out.
    pub(super) fade_at: Option<Deadline>,
    /// Held back from sounding until this instant: the planned start.
    pub(super) not_before: DateTime<Utc>,
    pub(super) ending: Option<Ending>,
    pub(super) sounded: bool,
    /// When something of it was heard first.
    pub(super) began: Option<DateTime<Utc>>,
    /// What took the air from it: the airing of an emergency, or of somebody who spoke.
    pub(super) superseded_by: Option<AiringId>,
    /// What was wrong with the last bad clip.
    pub(super) fault: Option<String>,
    /// The identifier its first airing shall have, where another record names it already.
    pub(super) first_airing: Option<AiringId>,
}

impl Session {
    /// A session of which nothing has been asked yet. `sound_by` bounds the wait for its first sound.
    pub(super) const fn new(
        subject: Subject,
        zones: Vec<ZoneId>,
        choice: Choice,
        not_before: DateTime<Utc>,
        sound_by: DateTime<Utc>,
    ) -> Self {
        Self {
            subject,
            zones,
            away: Vec::new(),
            voices: Vec::new(),
            paused_at: None,
            choice,
            elements: Vec::new(),
            bad: Vec::new(),
            sound_by: Some(sound_by),
            fade_at: None,
            not_before,
            ending: None,
            sounded: false,
            began: None,
            superseded_by: None,
            fault: None,
            first_airing: None,
        }
    }

    /// The zones in which it may be heard now.
    pub(super) fn present(&self) -> impl Iterator<Item = &ZoneId> + Clone {
        self.zones.iter().filter(|zone| !self.away.contains(zone))
    }

    /// Whether it is to be heard in one of these zones.
    pub(super) fn shares<'a>(&self, zones: impl IntoIterator<Item = &'a ZoneId>) -> bool {
        zones.into_iter().any(|zone| self.zones.contains(zone))
    }

    /// The airing that has begun or will begin, if that is known.
    pub(super) fn airing(&self) -> Option<AiringId> {
        if let Subject::Live { airing, .. } = &self.subject {
            return Some(*airing);
        }
        let begun = self.elements.iter().rev().find_map(|element| element.airing.as_ref());
        let voiced = || self.voices.last().map(|voice| voice.part().airing);
        begun.map(|airing| airing.id).or_else(voiced).or(self.first_airing)
    }

    /// Whether something of it sounds that was not told to end.
    pub(super) fn sounds(&self) -> bool {
        self.voices.iter().any(|voice| voice.started.is_some() && !voice.ending)
    }

    /// The voice that sounds and was not told to end.
    pub(super) fn sounding(&mut self) -> Option<&mut VoiceState> {
        self.voices.iter_mut().find(|voice| voice.started.is_some() && !voice.ending)
    }

    /// What it is called, for people.
    pub(super) fn title(&self) -> String {
        let element = self.elements.iter().find(|element| element.fate != Fate::Done).or(self.elements.first());
        match (&self.subject, element) {
            (Subject::Live { live, .. }, _) => live.name.clone(),
            (_, Some(element)) => element.planned.sound.title().to_owned(),
            (Subject::Occurrence(due), None) => due.version.slot.name.clone(),
            (Subject::ByHand { .. } | Subject::Emergency { .. }, None) => String::new(),
        }
    }

    pub(super) const fn occurrence(&self) -> Option<&OccurrenceId> {
        match &self.subject {
            Subject::Occurrence(due) => Some(&due.id),
            Subject::ByHand { .. } | Subject::Emergency { .. } | Subject::Live { .. } => None,
        }
    }

    pub(super) const fn rank(&self) -> Rank {
        match &self.subject {
            Subject::Occurrence(_) | Subject::ByHand { .. } => Rank::Programme,
            Subject::Live { .. } => Rank::Live,
            Subject::Emergency { .. } => Rank::Emergency,
        }
    }

    pub(super) const fn is_emergency(&self) -> bool {
        self.emergency().is_some()
    }

    /// The emergency that it is a sounding of.
    pub(super) const fn emergency(&self) -> Option<AiringId> {
        match &self.subject {
            Subject::Emergency { emergency, .. } => Some(*emergency),
            Subject::Occurrence(_) | Subject::ByHand { .. } | Subject::Live { .. } => None,
        }
    }

    /// What becomes of an interrupted element.
    pub(super) fn policy(&self) -> Interrupted {
        match &self.subject {
            Subject::Occurrence(due) => due.version.slot.interrupted,
            // A person who plays something by hand is there to play it again.
            // Whoever speaks goes on speaking when the loudspeakers are there again.
            Subject::Emergency { .. } | Subject::Live { .. } => Interrupted::Resume,
            Subject::ByHand { .. } => Interrupted::Drop,
        }
    }

    /// What sort of sound an element is.
    pub(super) fn kind_of(&self, index: usize) -> Kind {
        match (&self.subject, self.elements.get(index).map(|element| element.planned.role)) {
            (Subject::Emergency { .. }, _) => Kind::Emergency,
            (Subject::ByHand { kind, .. }, _) => *kind,
            (_, Some(Role::Ident | Role::Closing)) => Kind::Ident,
            (_, Some(Role::Relay)) => Kind::Relay,
            (_, Some(Role::Live)) => Kind::Live,
            (_, Some(Role::Item) | None) => Kind::Own,
        }
    }

    /// The person who asked for it, if one did.
    pub(super) fn by(&self) -> Option<&str> {
        match &self.subject {
            Subject::Occurrence(_) => None,
            Subject::ByHand { by, .. } | Subject::Emergency { by, .. } | Subject::Live { by, .. } => Some(by),
        }
    }

    /// How long its slot waits for sound.
    pub(super) fn grace(&self) -> Duration {
        match &self.subject {
            Subject::Occurrence(due) => due.version.slot.grace,
            Subject::ByHand { .. } | Subject::Emergency { .. } | Subject::Live { .. } => Duration::ZERO,
        }
    }

    /// Whether no element is waiting or sounding.
    pub(super) fn all_done(&self) -> bool {
        self.elements.iter().all(|element| element.fate == Fate::Done)
    }

    /// The window is over: what has not begun will not.
    pub(super) fn drop_waiting(&mut self) {
        for element in &mut self.elements {
            if element.fate == Fate::Waiting {
                element.fate = Fate::Done;
            }
        }
    }

    /// The next element whose turn has not come.
    pub(super) fn next_waiting(&self) -> Option<usize> {
        self.elements.iter().position(|element| element.fate == Fate::Waiting)
    }

    /// The instant from which nothing further starts.
    pub(super) fn no_start_from(&self) -> Option<DateTime<Utc>> {
        match &self.subject {
            Subject::Occurrence(due) => Some(due.end()),
            Subject::ByHand { .. } | Subject::Emergency { .. } | Subject::Live { .. } => None,
        }
    }

    /// Takes over a rundown; what has been heard already, or is being prepared, stays as it is.
    pub(super) fn adopt(&mut self, chosen: Vec<Planned>) {
        self.choice = Choice::Known;
        self.elements.retain(|element| element.fate == Fate::Voiced || element.airing.is_some());
        let there: Vec<_> = self.elements.iter().map(|element| element.planned.sound.clone()).collect();
        let mut position = self.elements.iter().map(|element| element.planned.position + 1).max().unwrap_or(0);
        for mut planned in chosen {
            if there.iter().any(|there| there.is_same(&planned.sound)) || (self.sounded && planned.role == Role::Ident)
            {
                continue;
            }
            planned.position = position;
            position += 1;
            self.elements.push(Element::new(planned));
        }
    }

    /// How the occurrence ended, once nothing of it will sound any more.
    pub(super) fn outcome(&self, counted_from: CountedFrom, otherwise: MissReason) -> Outcome {
        let airings = || self.elements.iter().filter_map(|element| element.airing.as_ref());
        let heard = self.sounded || airings().any(|airing| airing.frames_heard() > 0);
        let items = || self.elements.iter().filter(|element| matches!(element.planned.role, Role::Item | Role::Relay));
        let whole = |element: &Element| element.airing.as_ref().is_some_and(|airing| airing.counted(counted_from));
        if heard && items().next().is_some() && items().all(whole) {
            return Outcome::Aired;
        }
        if heard {
            return Outcome::Partial;
        }
        match (&self.ending, self.superseded_by) {
            (Some(Ending::Stopped { by }), _) => Outcome::Cancelled { by: by.clone() },
            (Some(Ending::Muted { by }), _) => Outcome::Missed(MissReason::Muted { by: by.clone() }),
            (_, Some(by)) => Outcome::Superseded { by },
            _ => Outcome::Missed(otherwise),
        }
    }

    /// Records the end of a stretch on its element. `policy` decides what becomes of an interrupted one.
    pub(super) fn element_ended(&mut self, index: usize, reason: &EndReason, counted_from: CountedFrom) {
        let policy = self.policy();
        let ending = self.ending.is_some();
        let Some(element) = self.elements.get_mut(index) else { return };
        match reason {
            EndReason::OutputLost { .. } | EndReason::PowerLoss | EndReason::Superseded { .. } if !ending => {
                element.interrupted(policy, counted_from);
            }
            EndReason::NotStarted if !ending => element.fate = Fate::Waiting,
            _ => element.fate = Fate::Done,
        }
    }

    /// The identifier a further stretch of this element keeps, or a new one.
    pub(super) fn airing_of(&mut self, index: usize, fresh: impl FnOnce() -> AiringId) -> AiringId {
        let element = self.elements.get(index);
        let known = element.and_then(|element| element.airing.as_ref()).map(|airing| airing.id);
        let named = match &self.subject {
            Subject::Live { airing, .. } if self.kind_of(index) == Kind::Live => Some(*airing),
            _ => None,
        };
        known.or(named).or_else(|| self.first_airing.take()).unwrap_or_else(fresh)
    }
}
