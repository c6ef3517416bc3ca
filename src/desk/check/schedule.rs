//! The slots: can each keep its word under the permitted hours and with the clips there are?

use chrono::TimeDelta;

use super::Point;
use crate::clock;
use crate::desk::{Desk, DeskError};
use crate::domain::time::Window;

/// How far ahead is looked.
const AHEAD: TimeDelta = TimeDelta::days(7);
/// Occurrences that are named one by one.
const NAMED_MAX: usize = 5;

pub(super) async fn slots(desk: &Desk) -> Result<Vec<Point>, DeskError> {
    let now = clock::now();
    let slots = desk.slots(now).await?;
    if slots.is_empty() {
        let remedy = "add one: `loa slot add sang-0500 --at \"0 5 * * *\" --element queue:3`";
        return Ok(vec![Point::warn("slots", "there is none: nothing airs by schedule", remedy)]);
    }
    let mut points = Vec::new();
    let faults = desk.slot_faults(now).await?;
    if faults.is_empty() {
        points.push(Point::ok("slots", format!("{} slots, all within the permitted hours", slots.len())));
    }
    for (slot, problems) in faults {
        let found = format!("slot {slot} cannot keep its word any more\n{}", problems.join("\n"));
        points.push(Point::fail("slots", found, format!("change it with `loa slot edit {slot}`")));
    }
    let plan = desk.plan(Window { from: now.wall, to: now.wall + AHEAD }).await?;
    let empty: Vec<_> = plan.iter().filter(|row| !row.rundown.has_items()).collect();
    if !empty.is_empty() {
        let named: Vec<String> = empty.iter().take(NAMED_MAX).map(|row| row.rundown.occurrence.to_string()).collect();
        let more = if empty.len() > NAMED_MAX { " ..." } else { "" };
        let found = format!("{} of {} occurrences of the coming week have nothing to air", empty.len(), plan.len());
        let remedy = "queue clips with `loa queue add`, approve more, or look with `loa plan` what does not fit";
        points.push(Point::warn("plan", format!("{found}\n{}{more}", named.join(", ")), remedy));
    } else {
        points.push(Point::ok(
            "plan",
            format!("{} occurrences in the coming week, each has something to air", plan.len()),
        ));
    }
    Ok(points)
}
