//! The named fields that a template may hold.

use std::collections::BTreeMap;

use super::build::DocumentSource;
use super::office;
use crate::domain::report::vietnamese::{count, date, hours_and_minutes, thousands};
use crate::domain::words::Language;

/// What a figure that nobody typed in yet is printed as: a place to write it in by hand.
const TO_BE_FILLED: &str = "……";

/// Every field of a text template, with what it holds. Figures that a template declares under `[typed]` come on top.
pub const FIELDS: [(&str, &str); 31] = [
    ("agency", "the agency: Ủy ban nhân dân thị trấn Lai Cách"),
    ("agency_short", "the agency inside a sentence: UBND thị trấn Lai Cách"),
    ("agency_caps", "the agency's second line in capitals: THỊ TRẤN LAI CÁCH"),
    ("place", "the place's name for the date: Lai Cách"),
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
    ("emergencies", "emergency airings"),
    ("T1", "what the station aired, with items and airings"),
    ("T1_items", "what the station aired, without the number of airings"),
    ("T2", "on which topics: a stretch of a sentence"),
    ("T3", "what it relayed"),
    ("T4", "total time, and items a week"),
    ("T5", "the usual day"),
    ("T6", "what was planned and not heard"),
    ("T7", "the closing sentence"),
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
        put("agency", source.agency.to_owned());
        put("agency_short", office::short(source.agency));
        put("agency_caps", office::lines(source.agency).pop().unwrap_or_default());
        put("place", office::place(source.agency).to_owned());
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
        put("emergencies", thousands(report.emergencies.sessions));
        for (name, sentence) in said.named() {
            put(name, sentence.to_owned());
        }
        put("T1_items", source.items_sentence.to_owned());
        for (name, _) in source.template.typed() {
            let typed = source.typed.iter().find(|typed| typed.name == name);
            put(name, typed.map_or_else(|| TO_BE_FILLED.to_owned(), |typed| typed.value.clone()));
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
