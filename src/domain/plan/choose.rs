//! An occurrence becomes a rundown: which clips, in which order, and why each.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use chrono_tz::Tz;

use super::permitted::PermittedHours;
use crate::domain::clip::{Clip, ClipId, Genre, ItemId};
use crate::domain::queue::{self, First, QueueEntry, Tier, Urgent};
use crate::domain::relay::RelayId;
use crate::domain::rundown::{LeftOut, LeftOutWhy, Planned, Role, Rundown, Why};
use crate::domain::slot::{Element, OccurrenceId, RotationOf, Slot};
use crate::domain::sound::{RelaySnapshot, Sound};
use crate::domain::time::day_of;

/// Most entries of [`Rundown::left_out`]; what is left out after these is not named.
pub const LEFT_OUT_MAX: usize = 64;

/// Everything a rundown depends on. The same request gives the same rundown.
pub struct Request<'a> {
    /// Which occurrence.
    pub occurrence: &'a OccurrenceId,
    /// The slot's wording in force.
    pub slot: &'a Slot,
    /// Planned first frame.
    pub start: DateTime<Utc>,
    /// The station's time zone: decides the local day on which clips must be valid.
    pub time_zone: Tz,
    /// Every clip there is, approved or not.
    pub library: &'a [Clip],
    /// What waits, in order.
    pub queue: &'a [QueueEntry],
    /// When each item was last aired; absent if never.
    pub last_aired: &'a BTreeMap<ItemId, DateTime<Utc>>,
    /// Clips whose audio was found bad, and what was wrong.
    pub bad: &'a [(ClipId, String)],
    /// Nothing may sound outside these hours.
    pub permitted: &'a PermittedHours,
    /// Longest that one occurrence may last; none is unlimited.
    pub session_length_max: Option<Duration>,
    /// Start of the next occurrence in any of the slot's zones; none if nothing follows.
    pub next_start: Option<DateTime<Utc>>,
    /// Gain of a clip at play time, in dB.
    pub gain: &'a dyn Fn(&Clip) -> f64,
    /// The clip that stands by for an emergency: no rotation draws it.
    pub standby: Option<ClipId>,
    /// Whose item of priority goes first when nobody says so.
    pub first: First,
    /// The relays of the configuration, with whose programme each carries.
    pub relays: &'a [(RelayId, String)],
}

impl Request<'_> {
    /// The instant at which everything must be over: the end of the slot, of the session, of the permitted hours, or
    /// the start of what follows, whichever is first. The start itself when nothing may sound.
    #[must_use]
    pub fn ends_by(&self) -> DateTime<Utc> {
        let length = self.session_length_max.map_or(self.slot.length_max, |session| session.min(self.slot.length_max));
        let length = TimeDelta::from_std(length).unwrap_or(TimeDelta::MAX);
        let mut end = self.start.checked_add_signed(length).unwrap_or(DateTime::<Utc>::MAX_UTC);
        if let Some(next) = self.next_start {
            end = end.min(next);
        }
        self.permitted.permitted_to(self.time_zone, self.start, end.max(self.start))
    }
}

/// Fills the template of the slot.
///
/// - What the template names (ident, clips, closing) has its time reserved before queue and rotation fill the rest; of
///   these the closing comes first, so it is heard however short the time is.
/// - Entries of priority go first, behind the ident, whatever the template says; they take the places of its queue
///   elements, and what else it asks for gets the time that they leave.
/// - A queue element takes the slot's own entries and the unbound ones in the order of the queue; a rotation takes the
///   clip aired longest ago. What does not fit is passed over for the next that does.
/// - No item is heard twice; idents and closings may be.
/// - A clip found bad is replaced: in a rotation by the next of it, elsewhere by the next of the slot's first
///   rotation.
/// - What was asked for and is not there is named with the reason.
#[must_use]
pub fn choose(request: &Request<'_>) -> Rundown {
    let mut choice = Choice::new(request);
    choice.reserve_tunes();
    choice.reserve_priority();
    choice.reserve_fixed();
    for (index, element) in request.slot.rundown.iter().enumerate() {
        match element {
            Element::Queue { count } => choice.fill_from_queue(index, *count),
            Element::Rotation { of, count } => choice.fill_from_rotation(index, of, *count, None),
            Element::Clip { clip } => choice.stand_in(index, *clip),
            Element::Ident { .. } | Element::Closing { .. } | Element::Relay { .. } => {}
        }
    }
    choice.into_rundown()
}

/// A rundown in the making.
struct Choice<'a> {
    request: &'a Request<'a>,
    day: NaiveDate,
    clips: BTreeMap<ClipId, &'a Clip>,
    /// For each element of the template, what is heard.
    places: Vec<Vec<(&'a Clip, Why)>>,
    /// What goes before the first element that is no ident.
    ahead: Vec<(&'a Clip, Why)>,
    /// So many places of the queue elements are taken by it.
    places_taken: u32,
    /// For each element of the template that is a relay, how long it has.
    relays: Vec<Duration>,
    /// Items already in the rundown.
    used: BTreeSet<ClipId>,
    /// Time not yet given away.
    free: Duration,
    left_out: Vec<LeftOut>,
}

impl<'a> Choice<'a> {
    fn new(request: &'a Request<'a>) -> Self {
        Self {
            request,
            day: day_of(request.time_zone, request.start),
            clips: request.library.iter().map(|clip| (clip.id, clip)).collect(),
            places: vec![Vec::new(); request.slot.rundown.len()],
            ahead: Vec::new(),
            places_taken: 0,
            relays: vec![Duration::ZERO; request.slot.rundown.len()],
            used: BTreeSet::new(),
            free: (request.ends_by() - request.start).to_std().unwrap_or_default(),
            left_out: Vec::new(),
        }
    }

    /// Gives the tunes their time, the closing first.
    fn reserve_tunes(&mut self) {
        let tunes = |closing: bool| {
            self.request.slot.rundown.iter().enumerate().filter_map(move |(index, element)| match element {
                Element::Closing { clip } if closing => Some((index, *clip)),
                Element::Ident { clip } if !closing => Some((index, *clip)),
                _ => None,
            })
        };
        let order: Vec<_> = tunes(true).chain(tunes(false)).collect();
        for (index, clip) in order {
            if let Some(clip) = self.find(clip) {
                self.place(index, clip, Why::Fixed, false);
            }
        }
    }

    /// Gives the entries of priority their time.
    fn reserve_priority(&mut self) {
        let slot = self.request.slot;
        let waiting = self.request.queue.iter().filter(|entry| entry.tier == Tier::Priority);
        let mut urgent = Vec::new();
        for entry in waiting.filter(|entry| slot.takes_entries_of(entry.slot.as_ref())) {
            if let Some(clip) = self.find(entry.clip) {
                urgent.push(Urgent { entry, source: clip.source });
            }
        }
        for (entry, precedence) in queue::in_order(&urgent, self.request.first) {
            let Some(clip) = self.clips.get(&entry.clip).copied() else { continue };
            if !self.used.contains(&clip.id) && self.reserve(clip, Role::Item, true) {
                let why = Why::Queued { entry: entry.id, by: entry.by.clone(), priority: Some(precedence) };
                self.ahead.push((clip, why));
            }
        }
        self.places_taken = u32::try_from(self.ahead.len()).unwrap_or(u32::MAX);
    }

    /// Gives the clips that the template names their time, then the relays.
    fn reserve_fixed(&mut self) {
        for (index, element) in self.request.slot.rundown.iter().enumerate() {
            if let Element::Clip { clip } = element {
                match self.find(*clip) {
                    Some(clip) if self.used.contains(&clip.id) => self.leave_out(clip.id, LeftOutWhy::Repeated),
                    Some(clip) => {
                        self.place(index, clip, Why::Fixed, true);
                    }
                    None => {}
                }
            }
        }
        // What is live can be cut to any length: it gets what the others leave, and never overruns.
        for (index, element) in self.request.slot.rundown.iter().enumerate() {
            if let Element::Relay { minutes, .. } = element {
                let length = Duration::from_secs(60 * u64::from(*minutes)).min(self.free);
                self.relays[index] = Duration::from_secs(length.as_secs());
                self.free -= self.relays[index];
            }
        }
    }

    fn fill_from_queue(&mut self, index: usize, count: u32) {
        let slot = self.request.slot;
        let taken = self.places_taken.min(count);
        self.places_taken -= taken;
        let count = count - taken;
        let waiting = self.request.queue.iter().filter(|entry| slot.takes_entries_of(entry.slot.as_ref()));
        let (mut asked, mut placed, mut faults) = (0, 0, Vec::new());
        for entry in waiting.filter(|entry| entry.tier == Tier::Normal) {
            if placed == count {
                return;
            }
            if self.used.contains(&entry.clip) {
                continue;
            }
            if let Some(fault) = self.fault_of(entry.clip) {
                faults.push((entry.clip, fault));
            }
            let Some(clip) = self.find(entry.clip) else { continue };
            asked += 1;
            let why = Why::Queued { entry: entry.id, by: entry.by.clone(), priority: None };
            if self.place(index, clip, why, asked <= count) {
                placed += 1;
            }
        }
        // The queue is exhausted; what was found bad in it is made good from the rotation.
        for (clip, fault) in faults.into_iter().take(usize::try_from(count - placed).unwrap_or(usize::MAX)) {
            self.replace(index, clip, fault);
        }
    }

    /// Adds up to `count` clips of a rotation; `instead_of` is the clip for which the first stands in.
    fn fill_from_rotation(
        &mut self,
        index: usize,
        of: &RotationOf,
        count: u32,
        mut instead_of: Option<(ClipId, String)>,
    ) {
        let candidates = self.candidates(of);
        let among = u32::try_from(candidates.len()).unwrap_or(u32::MAX);
        let (mut asked, mut placed) = (0, 0);
        for (last_aired, clip) in candidates {
            if placed == count {
                return;
            }
            if self.used.contains(&clip.id) {
                continue;
            }
            if let Some(fault) = self.fault_of(clip.id) {
                self.leave_out(clip.id, LeftOutWhy::Bad { fault: fault.clone() });
                instead_of.get_or_insert((clip.id, fault));
                continue;
            }
            asked += 1;
            let why = match &instead_of {
                Some((clip, fault)) => Why::InsteadOf { clip: *clip, fault: fault.clone() },
                None => Why::Rotation { last_aired, of: among },
            };
            if self.place(index, clip, why, asked <= count) {
                placed += 1;
                instead_of = None;
            }
        }
    }

    /// A clip that the template names and that was found bad is replaced by one of the rotation.
    fn stand_in(&mut self, index: usize, clip: ClipId) {
        if let Some(fault) = self.fault_of(clip) {
            self.replace(index, clip, fault);
        }
    }

    fn replace(&mut self, index: usize, clip: ClipId, fault: String) {
        let rotation = self.request.slot.rundown.iter().find_map(|element| match element {
            Element::Rotation { of, .. } => Some(of),
            _ => None,
        });
        if let Some(of) = rotation {
            self.fill_from_rotation(index, of, 1, Some((clip, fault)));
        }
    }

    /// The clips of a rotation that may air today, longest ago first; those never aired before all others, in the
    /// order in which they came into the library.
    fn candidates(&self, of: &RotationOf) -> Vec<(Option<DateTime<Utc>>, &'a Clip)> {
        let mut candidates: Vec<_> = self
            .request
            .library
            .iter()
            .filter(|clip| clip.genre != Genre::Ident && Some(clip.id) != self.request.standby)
            .filter(|clip| takes(of, clip) && clip.may_air(self.day).is_ok())
            .map(|clip| (self.request.last_aired.get(&clip.item()).copied(), clip))
            .collect();
        candidates.sort_by_key(|(last_aired, clip)| (*last_aired, clip.added_at, clip.id));
        candidates
    }

    /// The clip, if it exists, is sound and may air today; otherwise it is left out with the reason.
    fn find(&mut self, id: ClipId) -> Option<&'a Clip> {
        let why = match self.clips.get(&id) {
            None => LeftOutWhy::Unknown,
            Some(clip) => match (clip.may_air(self.day), self.fault_of(id)) {
                (Err(unfit), _) => LeftOutWhy::Unfit { unfit },
                (Ok(()), Some(fault)) => LeftOutWhy::Bad { fault },
                (Ok(()), None) => return Some(clip),
            },
        };
        self.leave_out(id, why);
        None
    }

    fn fault_of(&self, id: ClipId) -> Option<String> {
        self.request.bad.iter().find(|(bad, _)| *bad == id).map(|(_, fault)| fault.clone())
    }

    /// Adds a clip if it fits into the free time. If not, it is left out with the reason when it was `asked` for, and
    /// not merely tried in place of another.
    fn place(&mut self, index: usize, clip: &'a Clip, why: Why, asked: bool) -> bool {
        let fits = self.reserve(clip, role_of(&self.request.slot.rundown[index]), asked);
        if fits {
            self.places[index].push((clip, why));
        }
        fits
    }

    /// Takes the time of a clip out of the free time, if it fits.
    fn reserve(&mut self, clip: &Clip, role: Role, asked: bool) -> bool {
        let length = clip.audio.duration();
        if length > self.free {
            if asked || role != Role::Item {
                let over = (length - self.free).as_nanos().div_ceil(1_000_000);
                let over_ms = u64::try_from(over).unwrap_or(u64::MAX);
                self.leave_out(clip.id, LeftOutWhy::DoesNotFit { over_ms });
            }
            return false;
        }
        self.free -= length;
        if role == Role::Item {
            self.used.insert(clip.id);
        }
        true
    }

    fn leave_out(&mut self, id: ClipId, why: LeftOutWhy) {
        let known = self.left_out.iter().any(|left| left.clip == id && left.why == why);
        if !known && self.left_out.len() < LEFT_OUT_MAX {
            let title = self.clips.get(&id).map_or_else(String::new, |clip| clip.title.clone());
            self.left_out.push(LeftOut { clip: id, title, why });
        }
    }

    fn into_rundown(self) -> Rundown {
        let request = self.request;
        let heard = |clip: &Clip| (Sound::Clip(clip.snapshot()), (request.gain)(clip));
        let mut of_template = Vec::new();
        for ((element, clips), relay) in request.slot.rundown.iter().zip(self.places).zip(self.relays) {
            let role = role_of(element);
            of_template.extend(clips.into_iter().map(|(clip, why)| (role, heard(clip), why)));
            let relayed = relayed(element, relay, request.relays);
            of_template.extend(relayed.map(|sound| (role, (sound, 0.0), Why::Fixed)));
        }
        let idents = of_template.iter().take_while(|(role, ..)| *role == Role::Ident).count();
        let ahead = self.ahead.into_iter().map(|(clip, why)| (Role::Item, heard(clip), why));
        of_template.splice(idents..idents, ahead);
        let mut start = request.start;
        let elements = (0..).zip(of_template).map(|(position, (role, (sound, gain_db), why))| {
            let planned = Planned { position, role, sound, start, gain_db, why };
            start = planned.end();
            planned
        });
        Rundown { occurrence: request.occurrence.clone(), elements: elements.collect(), left_out: self.left_out }
    }
}

/// The relay that an element asks for, if there is time for it.
fn relayed(element: &Element, length: Duration, known: &[(RelayId, String)]) -> Option<Sound> {
    let Element::Relay { relay, .. } = element else { return None };
    // One that the configuration has no more is still said: it fails when its time comes, and somebody is told.
    let name = known.iter().find(|(id, _)| id == relay).map_or_else(|| relay.to_string(), |(_, name)| name.clone());
    let length_ms = u64::try_from(length.as_millis()).unwrap_or(u64::MAX);
    (length_ms > 0).then(|| Sound::Relay(RelaySnapshot { id: relay.clone(), name, length_ms }))
}

const fn role_of(element: &Element) -> Role {
    match element {
        Element::Ident { .. } => Role::Ident,
        Element::Closing { .. } => Role::Closing,
        Element::Relay { .. } => Role::Relay,
        Element::Clip { .. } | Element::Queue { .. } | Element::Rotation { .. } => Role::Item,
    }
}

/// Whether a rotation draws from this clip.
fn takes(of: &RotationOf, clip: &Clip) -> bool {
    match of {
        RotationOf::All => true,
        RotationOf::Topic(code) => {
            clip.topics.primary.strip_prefix(code.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        }
        RotationOf::Campaign(code) => clip.campaign.as_deref() == Some(code.as_str()),
    }
}
