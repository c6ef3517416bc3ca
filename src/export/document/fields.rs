//! The named fields that a template may hold.

use std::collections::BTreeMap;

use super::build::DocumentSource;
use crate::domain::ledger::{ActivityKind, ActivitySums};
use crate::domain::report::vietnamese::{count, date, hours_and_minutes, thousands};
use crate::domain::report::{LEDGER_MARK, ledger_note};
use crate::domain::words::Language;

/// What a figure that nobody typed in yet is printed as: a place to write it in by hand.
const TO_BE_FILLED: &str = "……";

/// What an agency of this kind is called in full, and inside a sentence.
const COMMITTEE: &str = "Ủy ban nhân dân";
const COMMITTEE_SHORT: &str = "UBND";

/// Every field of a text template, with what it holds. Figures that a template declares under `[typed]` come on top.
pub const FIELDS: [(&str, &str); 40] = [
    ("agency", "the agency: Ủy ban nhân dân thị trấn Lai Cách"),
    ("agency_short", "the agency inside a sentence: UBND thị trấn Lai Cách"),
    ("agency_caps", "the agency's second line in capitals: THỊ TRẤN LAI CÁCH"),
    ("place", "the place's name for the date: Lai Cách"),
    ("symbol", "what follows the number: BC-UBND"),
    ("station", "the station in full"),
    ("station_short", "after `Đài truyền thanh`: thị trấn"),
    ("period", "the period: 6 tháng đầu năm 2023"),
    ("period_caps", "the same in capitals"),
    ("next_period", "the period that follows"),
    ("next_period_caps", "the same in capitals"),
    ("year", "the year of the period's last day"),
    ("from", "the first day: 15/12/2022"),
    ("to", "the last day: 14/6/2023"),
    ("campaign", "what the campaign is about: cải cách hành chính; empty without one"),
    ("campaign_caps", "the same in capitals"),
    ("about_campaign", "inside a sentence: về cải cách hành chính; empty without one"),
    ("about_campaign_caps", "the same in capitals"),
    ("campaign_basis", "the document that the campaign rests on; empty without one"),
    ("items", "số tin bài"),
    ("airings", "số lượt phát"),
    ("hours", "total time: 41 giờ 40 phút"),
    ("relays", "sessions relayed"),
    ("relay_items", "items heard inside relays, as persons tagged them; 0 if nobody did"),
    ("emergencies", "emergency airings"),
    ("T1", "what the station aired, with items and airings"),
    ("T1_items", "what the station aired, without the number of airings"),
    ("T2", "on which topics: a stretch of a sentence"),
    ("T3", "what it relayed"),
    ("T4", "total time, and items a week"),
    ("T5", "the usual day"),
    ("T6", "what was planned and not heard"),
    ("T7", "the closing sentence"),
    ("T8", "the documents that the campaign rests on, as a sentence"),
    ("T10", "articles on the portal, of the activity ledger"),
    ("T11", "conferences, of the activity ledger"),
    ("T12", "notice boards, of the activity ledger"),
    ("T13", "mobile cars, of the activity ledger"),
    (
        "portal_items",
        "the number of articles on the portal, of the activity ledger; a place to write it in if it holds none",
    ),
    ("ledger_note", "what the mark behind the ledger's numbers means; empty if there are none"),
];

/// The values of the fields for one report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fields(BTreeMap<String, String>);

impl Fields {
    /// Those of a report.
    #[must_use]
    pub fn of(source: &DocumentSource<'_>) -> Self {
        let report = source.sheet.report;
        let (period, next) = (report.period, report.period.next());
        let named = |period: crate::domain::report::Period| match source.language {
            Language::Vi => period.name_vi(),
            Language::En => period.name_en(),
        };
        let (items, airings) = match source.language {
            Language::Vi => (count(report.items), count(report.airings)),
            Language::En => (report.items.to_string(), report.airings.to_string()),
        };
        let campaign = source.campaign.as_ref().map_or("", |campaign| campaign.name.as_str());
        let basis = source.campaign.as_ref().map_or("", |campaign| campaign.basis.as_str());
        let said = source.sheet.sentences;
        let mut fields = BTreeMap::new();
        let mut put = |name: &str, value: String| drop(fields.insert(name.to_owned(), value));
        let agency = source.office.agency;
        let name = agency.map_or("", |agency| agency.name.as_str());
        put("agency", name.to_owned());
        put("agency_short", name.replacen(COMMITTEE, COMMITTEE_SHORT, 1));
        put("agency_caps", agency.and_then(|agency| agency.heading.last().cloned()).unwrap_or_default());
        put("place", agency.map_or_else(String::new, |agency| agency.place.clone()));
        put("symbol", agency.map_or_else(String::new, |agency| agency.symbol.clone()));
        put("station", source.sheet.provenance.station.clone());
        put("station_short", source.station_short.to_owned());
        put("period", named(period));
        put("period_caps", named(period).to_uppercase());
        put("next_period", named(next));
        put("next_period_caps", named(next).to_uppercase());
        put("year", chrono::Datelike::year(&period.to).to_string());
        put("from", date(period.from));
        put("to", date(period.to));
        put("campaign", campaign.to_owned());
        put("campaign_caps", campaign.to_uppercase());
        let about = match source.language {
            _ if campaign.is_empty() => String::new(),
            Language::Vi => format!("về {campaign}"),
            Language::En => format!("about {campaign}"),
        };
        put("about_campaign_caps", about.to_uppercase());
        put("about_campaign", about);
        put("campaign_basis", basis.trim().trim_end_matches(['.', ';']).to_owned());
        put("items", items);
        put("airings", airings);
        put("hours", hours_and_minutes(report.heard_ms));
        put("relays", thousands(report.relays.sessions));
        put("relay_items", thousands(report.relayed_items()));
        put("emergencies", thousands(report.emergencies.sessions));
        for (name, sentence) in said.named() {
            put(name, sentence.to_owned());
        }
        let sums = source.sheet.activities;
        put("portal_items", portal_items(sums));
        put("ledger_note", ledger_note(sums).unwrap_or_default());
        put("T1_items", source.items_sentence.to_owned());
        for (name, _) in source.template.typed() {
            if let Some(typed) = source.typed.iter().find(|typed| typed.name == name) {
                put(name, typed.value.clone());
            } else if name != "portal_items" {
                put(name, TO_BE_FILLED.to_owned());
            }
        }
        Self(fields)
    }

    /// Fields of these names and values.
    #[must_use]
    pub fn from_pairs(pairs: impl IntoIterator<Item = (String, String)>) -> Self {
        Self(pairs.into_iter().collect())
    }

    /// What this field holds; none if there is no such field.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// The field that `name` may have been meant to be.
    pub(in crate::export) fn nearest(&self, name: &str) -> Option<String> {
        let likeness = |other: &&String| strsim::jaro_winkler(&name.to_lowercase(), &other.to_lowercase());
        let (nearest, likeness) = self
            .0
            .keys()
            .map(|other| (other, likeness(&other)))
            .max_by(|(_, left), (_, right)| left.total_cmp(right))?;
        (likeness > 0.8).then(|| nearest.clone())
    }

    /// Every name, for a message.
    pub(in crate::export) fn names(&self) -> String {
        self.0.keys().map(String::as_str).collect::<Vec<_>>().join(", ")
    }
}

fn portal_items(sums: &ActivitySums) -> String {
    let portal = sums.of(ActivityKind::PortalArticle);
    match portal.entries {
        0 => TO_BE_FILLED.to_owned(),
        _ => format!("{}{LEDGER_MARK}", count(portal.count)),
    }
}
