//! What a person waits for at a page: the log, a figure's rows, the preview of a report, and the report on paper.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use loa::config::{Config, Sources};
use loa::desk::{Desk, LogFilter, PaperQuery, ReportQuery};
use loa::domain::report::{MonthRule, Period};
use loa::domain::time::Days;
use loa::domain::words::Language;
use loa::export::Form;
use loa::store::Store;

use crate::table::{milliseconds, percentile, row};

/// Looks at one page; the median is told.
const LOOKS: usize = 5;

/// Lists of the log and reports over `store`, which holds the log of [`crate::filled::log`].
pub(crate) async fn measure(folder: &Path, store: Store, airings: u64) {
    let sources = Sources { data: Some(folder.to_owned()), ..Sources::default() };
    let desk = Desk::new(Arc::new(Config::load(&sources).unwrap()), store, None);
    let told = |what: &str, time: Duration, target: &str| {
        row(&format!("{what}, {airings} airings"), &milliseconds(time), target, "report");
    };
    for (what, filter) in choices() {
        for latest_first in [true, false] {
            let filter = LogFilter { latest_first, ..filter.clone() };
            let (time, rows) = median(async || desk.log_page(&filter, None, 50).await.unwrap().rows.len()).await;
            let end = if latest_first { "latest" } else { "earliest" };
            told(&format!("first page of the log, {what}, {end} first ({rows} rows)"), time, "<= 50 ms");
        }
    }
    let period = Period::parse("2000-H1", MonthRule::Nd09).unwrap();
    let query = ReportQuery { period, campaign: None };
    let (time, counted) =
        median(async || desk.report(&query, loa::clock::now()).await.unwrap().report.airings as usize).await;
    told(&format!("preview of half a year ({counted} counted)"), time, "<= 1 s");
    let figure = "airings".parse().unwrap();
    let (time, _) = median(async || {
        desk.rows_page(&query, &figure, None, 50, loa::clock::now()).await.unwrap();
        50
    })
    .await;
    told("first page of the rows of its figure", time, "<= 200 ms");
    let paper = PaperQuery { report: query, language: Language::Vi, texts: None, typed: Vec::new() };
    for form in Form::ALL {
        let begun = std::time::Instant::now();
        let written = desk.report_paper(&paper, loa::clock::now()).await.unwrap();
        let bytes = desk.paper_as(&written, form).await.unwrap().len();
        told(&format!("half a year as {form:?} ({} KB)", bytes / 1_000), begun.elapsed(), "-");
    }
}

/// A page without a choice, with a common one, and with each sort of rare one.
fn choices() -> [(&'static str, LogFilter); 7] {
    let all = LogFilter::default;
    let days = Days { from: "1999-12-15".parse().ok(), to: "2000-06-14".parse().ok() };
    [
        ("all", all()),
        ("of half a year", LogFilter { days, ..all() }),
        ("of a topic", LogFilter { topic: Some("T3".to_owned()), ..all() }),
        ("with a word", LogFilter { text: Some("so 12345".to_owned()), ..all() }),
        ("corrected", LogFilter { corrected: true, ..all() }),
        ("of a daily slot", LogFilter { slot: "chieu-1700".parse().ok(), ..all() }),
        ("of a rare slot", LogFilter { slot: "dot-xuat".parse().ok(), ..all() }),
    ]
}

async fn median(look: impl AsyncFn() -> usize) -> (Duration, usize) {
    let (mut times, mut rows) = (Vec::new(), 0);
    for _ in 0..LOOKS {
        let begun = std::time::Instant::now();
        rows = look().await;
        times.push(begun.elapsed().as_secs_f64());
    }
    (Duration::from_secs_f64(percentile(&times, 0.5)), rows)
}
