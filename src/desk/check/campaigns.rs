//! The campaigns: does each come forward as its plan asks?

use super::Point;
use crate::clock;
use crate::desk::{CampaignStanding, Desk, DeskError};

pub(super) async fn campaigns(desk: &Desk) -> Result<Vec<Point>, DeskError> {
    let standings = desk.campaign_standings(clock::now()).await?;
    let reminders: Vec<String> = standings.iter().filter_map(CampaignStanding::reminder).collect();
    if reminders.is_empty() {
        let found = format!("{} with targets, none is behind", standings.len());
        return Ok(if standings.is_empty() { Vec::new() } else { vec![Point::ok("campaigns", found)] });
    }
    let remedy = "queue more of its clips with `loa queue add`, or have more made; `loa campaigns` shows all figures";
    Ok(vec![Point::warn("campaigns", reminders.join("\n"), remedy)])
}
