//! What is wrong with a relay: kept in the log, told in both languages.

use chrono::DateTime;
use loa::domain::log::Incident;
use loa::domain::relay::{FailedSource, RelayId, SourceFault, Trouble};
use loa::domain::words::Language;

fn every_kind() -> Vec<(Trouble, &'static str, &'static str)> {
    let (tuner, stream) = ("capture:line-in".to_owned(), "https://vov.example/vov1".to_owned());
    let failed = |source: &String, fault| FailedSource { source: source.clone(), fault };
    let start = DateTime::parse_from_rfc3339("2026-11-29T05:00:00+07:00").unwrap();
    vec![
        (Trouble::NothingSounds, "không nguồn nào có tiếng", "no source sounds"),
        (
            Trouble::SteppedIn { from: stream.clone(), to: tuner.clone(), silent: false },
            "https://vov.example/vov1 không có tiếng; capture:line-in đang phát thay",
            "https://vov.example/vov1 gives no sound; capture:line-in takes its place",
        ),
        (
            Trouble::SteppedIn { from: tuner.clone(), to: "stand-by".to_owned(), silent: true },
            "capture:line-in im lặng; stand-by đang phát thay",
            "capture:line-in gives nothing but silence; stand-by takes its place",
        ),
        (
            Trouble::TriedAhead { start, heard: true, sources: vec![failed(&tuner, SourceFault::Silent)] },
            "thử trước buổi 05:00, nguồn khác sẽ phát thay: capture:line-in: im lặng",
            "tried ahead of 05:00, another source would be heard: capture:line-in: silent",
        ),
        (
            Trouble::TriedAhead {
                start,
                heard: false,
                sources: vec![
                    failed(&stream, SourceFault::Fails { error: "HTTP 404".to_owned() }),
                    failed(&tuner, SourceFault::TooLittle { ms: 240 }),
                ],
            },
            "thử trước buổi 05:00, sẽ không có tiếng: https://vov.example/vov1: HTTP 404; capture:line-in: chỉ có 240 ms âm thanh",
            "tried ahead of 05:00, nothing would be heard: https://vov.example/vov1: HTTP 404; capture:line-in: only 240 ms of sound",
        ),
        (
            Trouble::TriedAhead {
                start,
                heard: false,
                sources: vec![failed(&stream, SourceFault::Fails { error: format!("{stream} does not answer") })],
            },
            "thử trước buổi 05:00, sẽ không có tiếng: https://vov.example/vov1 does not answer",
            "tried ahead of 05:00, nothing would be heard: https://vov.example/vov1 does not answer",
        ),
        (
            Trouble::TriedAhead {
                start,
                heard: false,
                sources: vec![failed(&stream, SourceFault::Fails { error: format!("{stream}-new does not answer") })],
            },
            "thử trước buổi 05:00, sẽ không có tiếng: https://vov.example/vov1: https://vov.example/vov1-new does not answer",
            "tried ahead of 05:00, nothing would be heard: https://vov.example/vov1: https://vov.example/vov1-new does not answer",
        ),
        (Trouble::Said("no thread".to_owned()), "no thread", "no thread"),
    ]
}

#[test]
fn each_kind_is_told_in_both_languages() {
    for (trouble, vi, en) in every_kind() {
        assert_eq!((&*trouble.text(Language::Vi), &*trouble.text(Language::En)), (vi, en));
    }
}

/// What is written into the log is read back as it was, and a log of before the kinds is read too.
#[test]
fn the_log_gives_back_what_was_written() {
    for (fault, ..) in every_kind() {
        let incident = Incident::RelayFault { relay: RelayId("vov".to_owned()), name: "VOV1".to_owned(), fault };
        let written = serde_json::to_string(&incident).unwrap();
        assert_eq!(serde_json::from_str::<Incident>(&written).unwrap(), incident, "{written}");
    }
    let before = r#"{"incident":"relay_fault","relay":"vov","name":"VOV1","fault":"no source sounds"}"#;
    let Incident::RelayFault { fault, .. } = serde_json::from_str(before).unwrap() else { panic!("{before}") };
    assert_eq!(fault, Trouble::Said("no source sounds".to_owned()));
}
