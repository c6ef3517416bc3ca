//! The status as lines of text.

use std::time::Duration;

use chrono::{DateTime, SubsecRound as _, TimeDelta, Utc};

use super::{Overview, Running};
use crate::cli::context::Context;
use crate::cli::style::Style;
use crate::cli::table::length;
use crate::desk::DayLine;
use crate::domain::alarm::{BadRecording, Severity, Standing, sentence};
use crate::domain::log::Outcome;
use crate::domain::relay;
use crate::domain::slot::ZoneId;
use crate::domain::station::{AmplifierView, OnAir, OutputState};
use crate::domain::words::{Language, kind, miss_reason, outcome, role};
use crate::station::LiveLevel;

/// Characters of a bar.
const BAR: usize = 30;
/// The level at the left end of its bar, in dBFS.
const LEVEL_FLOOR_DB: f64 = -60.0;
/// Elements to come that are shown.
const UPCOMING_MAX: usize = 6;
/// Alarms that are shown, the worst.
const ALARMS_MAX: usize = 3;

pub(super) fn lines(overview: &Overview, context: &Context) -> Vec<String> {
    let mut lines = vec![head(overview, context)];
    alarms(&overview.alarms, context, &mut lines);
    if let Some(running) = &overview.running {
        on_air(running, context, &mut lines);
        machine(running, context.style, &mut lines);
    }
    for (index, ahead) in overview.ahead.iter().enumerate() {
        let label = if index == 0 { "next" } else { "" };
        let wait = until(ahead.start - overview.now.wall);
        lines.push(format!("{label:<8} {}  {} (in {wait})", context.short(ahead.start), clean(&ahead.name)));
    }
    if overview.ahead.is_empty() {
        lines.push("next     nothing is scheduled for the coming days".to_owned());
    }
    for (index, line) in overview.today.iter().enumerate() {
        let label = if index == 0 { "today" } else { "" };
        let time = line.start.with_timezone(&context.zone()).format("%H:%M:%S");
        lines.push(format!(
            "{label:<8} {time}  {}: {}",
            clean(&line.name),
            became(line, overview.now.wall, context.style)
        ));
    }
    lines.extend(
        overview.reminders.iter().map(|reminder| format!("remember {}", context.style.doubtful(&clean(reminder)))),
    );
    lines
}

/// One line, for who reads line by line.
pub(super) fn one_line(overview: &Overview, context: &Context) -> String {
    let seconds = |at: DateTime<Utc>| context.rfc3339(at.trunc_subsecs(0));
    let now = seconds(overview.now.wall);
    let Some(running) = &overview.running else { return format!("{now}  no station is running") };
    match (running.live.view.on_air(), overview.ahead.first()) {
        (Some(on_air), _) => {
            let (at, of) = (milliseconds(on_air.position_ms), milliseconds(on_air.length_ms));
            let paused = if on_air.paused { ", paused" } else { "" };
            format!("{now}  on air: {} ({at} of {of}{paused})", clean(&on_air.title))
        }
        (None, Some(ahead)) => {
            format!("{now}  silent; next {} {}", clean(&ahead.name), seconds(ahead.start))
        }
        (None, None) => format!("{now}  silent; nothing is scheduled"),
    }
}

fn head(overview: &Overview, context: &Context) -> String {
    let name = context.style.strong(&context.config.station.name);
    let now = overview.now.wall.with_timezone(&context.zone()).format("%a %d/%m/%Y %H:%M:%S %:z");
    match &overview.running {
        Some(running) => format!("{name}  {now}  running (Loa {}, process {})", running.version, running.pid),
        None => format!("{name}  {now}  {}", context.style.bad("not running: start it with `loa run`")),
    }
}

/// How many there are, and the worst of what is so with since when.
fn alarms(alarms: &[Standing], context: &Context, lines: &mut Vec<String>) {
    let (open, over): (Vec<_>, Vec<_>) = alarms.iter().partition(|alarm| alarm.is_open());
    let counts = [(open.len(), "open"), (over.len(), "over and seen by nobody")];
    let counts: Vec<_> = counts.iter().filter(|(count, _)| *count > 0).map(|(n, what)| format!("{n} {what}")).collect();
    if counts.is_empty() {
        return;
    }
    lines.push(format!("alarms   {}; `loa alarm list` shows all", counts.join(", ")));
    for alarm in open.iter().take(ALARMS_MAX) {
        let text = clean(&sentence(&alarm.matter, Language::En));
        let text = match alarm.matter.severity {
            Severity::Error => context.style.bad(&text),
            Severity::Warning => context.style.doubtful(&text),
        };
        lines.push(format!("         since {}: {text}", context.short(alarm.raised)));
    }
}

fn on_air(running: &Running, context: &Context, lines: &mut Vec<String>) {
    let style = context.style;
    let view = &running.live.view;
    if view.on_air().is_none() {
        lines.push(format!("on air   nothing{}", if view.leaving { ", shutting down" } else { "" }));
    }
    let several = running.live.zones.len() > 1;
    for on_hand in &view.on_hand {
        if let Some(on_air) = &on_hand.on_air {
            let what = kind(on_air.kind, Language::En);
            let since = on_air.start.with_timezone(&context.zone()).format("%H:%M:%S");
            let state = if on_air.paused { style.doubtful("  PAUSED") } else { String::new() };
            let title = style.strong(&clean(&on_air.title));
            let place = if several { format!(" in {}", zones(&on_hand.zones)) } else { String::new() };
            lines.push(format!("on air   {title} ({what}) since {since}{place}{state}"));
            lines.push(format!("         {}", progress(on_air)));
            lines.extend(on_air.relay.as_ref().map(|standing| format!("         {}", relayed(standing, style))));
        }
        for (index, element) in on_hand.upcoming.iter().take(UPCOMING_MAX).enumerate() {
            let label = if index == 0 { "then" } else { "" };
            let (what, time) = (role(element.role, Language::En), milliseconds(element.length_ms));
            lines.push(format!("{label:<8} {} ({what}, {time})", clean(&element.title)));
        }
        if on_hand.upcoming.len() > UPCOMING_MAX {
            lines.push(format!("         and {} more", on_hand.upcoming.len() - UPCOMING_MAX));
        }
    }
    for speaking in &view.speaking {
        let (name, by) = (clean(&speaking.name), clean(&speaking.by));
        let state = match speaking.until {
            Some(until) => style.bad(&format!("SPEAKING: {name}, opened by {by}, until {}", context.short(until))),
            None => style.doubtful(&format!("{name} is being opened by {by}")),
        };
        lines.push(format!("live     {state}"));
    }
    for raised in &view.emergencies {
        let (title, by) = (clean(&raised.title), clean(&raised.by));
        let next = raised.next.map(|next| format!(", again at {}", context.short(next))).unwrap_or_default();
        let times = format!("{} of {} times", raised.sounded, raised.times);
        lines.push(format!("urgent   {}", style.bad(&format!("EMERGENCY: {title}, by {by}, {times}{next}"))));
    }
}

/// Where a relay is heard from, and what befell it.
fn relayed(standing: &relay::Standing, style: Style) -> String {
    let relay::Standing { source, place, sounds, account } = standing;
    let source = format!("from source {}: {}", place + 1, clean(source));
    let source = match (sounds, place) {
        (false, _) => style.bad(&format!("NO SOURCE SOUNDS, {source}")),
        (true, 0) => source,
        (true, _) => style.doubtful(&source),
    };
    let seconds = |what: &str, ms: u64| (ms >= 1_000).then(|| format!(", {what} {}", milliseconds(ms)));
    let told = [("stood in", account.standby_ms), ("silent", account.silent_ms), ("lost", account.lost_ms)];
    let told: String = told.into_iter().filter_map(|(what, ms)| seconds(what, ms)).collect();
    format!("{source}{told}")
}

fn zones(zones: &[ZoneId]) -> String {
    zones.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

fn progress(on_air: &OnAir) -> String {
    let share = if on_air.length_ms == 0 { 0.0 } else { on_air.position_ms as f64 / on_air.length_ms as f64 };
    let left = on_air.length_ms.saturating_sub(on_air.position_ms);
    let (at, of, left) = (milliseconds(on_air.position_ms), milliseconds(on_air.length_ms), milliseconds(left));
    format!("[{}] {:>3.0} %  {at} of {of}, {left} left", bar(share), 100.0 * share)
}

fn level(level: LiveLevel, style: Style) -> String {
    let Some(peak) = level.peak_dbfs else { return format!("[{}] silence", bar(0.0)) };
    let loudness = level.momentary_lufs.map_or_else(|| "  -  ".to_owned(), |lufs| format!("{lufs:>5.1}"));
    let share = (peak - LEVEL_FLOOR_DB) / -LEVEL_FLOOR_DB;
    let over = if peak > -0.1 { style.bad(" FULL SCALE") } else { String::new() };
    format!("[{}] {loudness} LUFS, peak {peak:>5.1} dBFS{over}", bar(share))
}

fn amplifier(state: &AmplifierView, place: &str, style: Style) -> String {
    let held = state.held.as_ref().map(|held| format!(", held on by {}", clean(&held.by))).unwrap_or_default();
    match &state.fault {
        Some(fault) => format!("power    {place}{}", style.bad(&format!("FAULT: {}", clean(fault)))),
        None => format!("power    {place}amplifier {}{held}", state.power),
    }
}

fn machine(running: &Running, style: Style, lines: &mut Vec<String>) {
    let live = &running.live;
    for zone in &live.zones {
        let what = zone.output.as_deref().unwrap_or("nothing is due");
        let place = if live.zones.len() > 1 { format!("{}: ", zone.state.zone) } else { String::new() };
        lines.push(match &zone.state.output {
            OutputState::Closed => format!("output   {place}closed until something is due"),
            OutputState::Open => format!("output   {place}{}", clean(what)),
            OutputState::Lost { error } => {
                format!("output   {place}{}", style.bad(&format!("LOST: {}", clean(error))))
            }
        });
        if zone.state.output == OutputState::Open && live.view.on_air().is_some() {
            lines.push(format!("level    {}", level(zone.level, style)));
        }
        if let Some(by) = &zone.state.muted_by {
            lines.push(format!("         {}", style.doubtful(&format!("muted by {}", clean(by)))));
        }
        if let Some(unheard) = &zone.state.unheard {
            let text = format!("the loudspeakers did not give back: {}", clean(&unheard.title));
            lines.push(format!("         {}", style.bad(&text)));
        }
        if let Some(error) = &zone.state.return_lost {
            let text = format!("the return feed is lost: {}", clean(error));
            lines.push(format!("         {}", style.doubtful(&text)));
        }
        if zone.state.volume_db < 0.0 {
            lines.push(format!("         turned down by {} dB at this hour", -zone.state.volume_db));
        }
        lines.extend(zone.state.amplifier.as_ref().map(|state| amplifier(state, &place, style)));
    }
    if let Some(recording) = &live.recording {
        lines.push(format!("recorded in {}", recording.display()));
    }
    for BadRecording { of, fault } in &live.recordings_bad {
        let text = format!("of {of} is bad: {}", clean(&fault.to_string()));
        lines.push(format!("recorded {}", style.bad(&text)));
    }
    if !live.view.clock_trusted {
        let text =
            "the clock cannot be believed, nothing airs by schedule; set it, or vouch for it with `loa clock trust`";
        lines.push(format!("clock    {}", style.bad(text)));
    }
    if live.log.spilled > 0 {
        let error = live.log.error.as_deref().unwrap_or("the database does not take them");
        let text = format!("{} records wait outside the log: {}", live.log.spilled, clean(error));
        lines.push(format!("log      {}", style.bad(&text)));
    }
}

fn became(line: &DayLine, now: DateTime<Utc>, style: Style) -> String {
    match &line.outcome {
        None if line.start > now => "to come".to_owned(),
        None => style.paint(36, "on air or waiting"),
        Some(ended) => {
            let words = outcome(ended, Language::En);
            match ended {
                Outcome::Aired => style.good(words),
                Outcome::Missed(reason) => style.bad(&format!("{words}, {}", miss_reason(reason, Language::En))),
                Outcome::Cancelled { by } => style.doubtful(&format!("{words} by {}", clean(by))),
                Outcome::Partial | Outcome::Superseded { .. } => style.doubtful(words),
            }
        }
    }
}

fn bar(share: f64) -> String {
    let filled = ((share.clamp(0.0, 1.0) * BAR as f64).round() as usize).min(BAR);
    format!("{}{}", "#".repeat(filled), "-".repeat(BAR - filled))
}

fn milliseconds(time_ms: u64) -> String {
    length(Duration::from_millis(time_ms))
}

/// `in 3:12`, with days from the second on.
fn until(time: TimeDelta) -> String {
    let time = time.to_std().unwrap_or_default();
    match time.as_secs() / 86_400 {
        0 | 1 => length(time),
        days => format!("{days} days"),
    }
}

fn clean(text: &str) -> String {
    text.replace(char::is_control, " ")
}
