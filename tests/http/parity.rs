//! Everything that the command line can do has an address, or a reason for none. A new command without either fails here.

use std::collections::BTreeSet;

/// Where a command's work is done over the API.
enum Where {
    /// Method and address below `/api/v1`; all of them together do what the command does.
    At(&'static [(&'static str, &'static str)]),
    /// It has none, because.
    Nowhere(&'static str),
}

use Where::{At, Nowhere};

const COMMANDS: &[(&str, Where)] = &[
    ("activity add", At(&[("post", "/activities"), ("post", "/activities/evidence")])),
    ("activity edit", At(&[("patch", "/activities/{number}"), ("post", "/activities/evidence")])),
    ("activity feed", At(&[("post", "/activities/feed")])),
    ("activity import", At(&[("post", "/activities/import")])),
    ("activity list", At(&[("get", "/activities")])),
    ("activity show", At(&[("get", "/activities/{number}"), ("get", "/activities/{number}/versions")])),
    ("activity strike", At(&[("post", "/activities/{number}/strike")])),
    ("alarm list", At(&[("get", "/alarms"), ("get", "/alarms/history")])),
    ("alarm seen", At(&[("post", "/alarms/{id}/seen")])),
    ("amplifier guard", Nowhere("a second process of the station itself")),
    ("amplifier list", At(&[("get", "/status"), ("get", "/settings")])),
    ("amplifier off", At(&[("post", "/zones/{zone}/amplifier")])),
    ("amplifier on", At(&[("post", "/zones/{zone}/amplifier")])),
    ("backup", At(&[("get", "/backup/copy"), ("get", "/backup")])),
    ("bundle key", At(&[("get", "/bundle/key")])),
    ("bundle make", At(&[("get", "/bundle")])),
    ("bundle verify", At(&[("post", "/bundle/verify")])),
    ("campaigns", At(&[("get", "/campaigns"), ("get", "/campaigns/standing")])),
    ("cancel", At(&[("post", "/air/cancel")])),
    ("check", At(&[("get", "/check")])),
    ("clip add", At(&[("post", "/uploads"), ("patch", "/uploads/{id}"), ("put", "/clips/{id}")])),
    ("clip approve", At(&[("post", "/clips/{id}/approve")])),
    ("clip edit", At(&[("put", "/clips/{id}")])),
    ("clip export", At(&[("get", "/clips/{id}/audio")])),
    ("clip list", At(&[("get", "/clips")])),
    ("clip listen", At(&[("get", "/clips/{id}/audio")])),
    ("clip replace", At(&[("post", "/uploads"), ("patch", "/uploads/{id}")])),
    ("clip retire", At(&[("post", "/clips/{id}/retire")])),
    ("clip rm", At(&[("delete", "/clips/{id}")])),
    (
        "clip scan",
        Nowhere(
            "reads every clip to the end on all cores, for hours on a small machine: that of whoever keeps it; /check opens each",
        ),
    ),
    ("clip send-back", At(&[("post", "/clips/{id}/send-back")])),
    ("clip show", At(&[("get", "/clips/{id}"), ("get", "/clips/{id}/history"), ("get", "/clips/{id}/ahead")])),
    ("clip speak", At(&[("post", "/clips/speech"), ("post", "/speech/reading"), ("post", "/speech/audio")])),
    ("clip submit", At(&[("post", "/clips/{id}/submit")])),
    ("clock trust", At(&[("post", "/clock/trust")])),
    ("completions", Nowhere("of the command line itself")),
    ("devices", At(&[("get", "/devices")])),
    ("draft deliver", At(&[("post", "/drafts/deliver")])),
    ("draft list", At(&[("get", "/drafts")])),
    ("draft make", At(&[("post", "/drafts")])),
    ("draft show", At(&[("get", "/drafts/versions"), ("get", "/drafts/{number}/report")])),
    ("draft write", At(&[("post", "/drafts/section")])),
    ("live end", At(&[("post", "/air/live/end")])),
    ("live list", At(&[("get", "/microphones"), ("get", "/status")])),
    ("live start", At(&[("post", "/air/live")])),
    ("log", At(&[("get", "/log"), ("get", "/log/export"), ("get", "/events")])),
    ("log book", At(&[("get", "/log/book")])),
    ("log correct", At(&[("post", "/log/airings/{id}/corrections")])),
    ("log listen", At(&[("get", "/log/airings/{id}/recording")])),
    ("log show", At(&[("get", "/log/airings/{id}"), ("get", "/log/occurrences/{id}")])),
    ("log tag", At(&[("post", "/log/airings/{id}/mentions")])),
    ("log untag", At(&[("post", "/log/airings/{id}/mentions/{item}/withdrawal")])),
    ("log verify", At(&[("post", "/log/verification"), ("get", "/log/verification")])),
    ("man", Nowhere("of the command line itself")),
    ("pause", At(&[("post", "/air/pause")])),
    ("plan", At(&[("get", "/calendar")])),
    ("play", At(&[("post", "/air/play")])),
    ("queue add", At(&[("post", "/queue")])),
    ("queue list", At(&[("get", "/queue")])),
    ("queue move", At(&[("patch", "/queue/{entry}")])),
    ("queue priority", At(&[("patch", "/queue/{entry}")])),
    ("queue rm", At(&[("delete", "/queue/{entry}")])),
    ("relay keep", At(&[("post", "/log/airings/{id}/keep")])),
    ("relay list", At(&[("get", "/relays")])),
    ("relay probe", At(&[("post", "/relays/{id}/probe")])),
    ("reload", At(&[("post", "/settings/reload")])),
    (
        "report",
        At(&[
            ("get", "/report"),
            ("get", "/report/download"),
            ("get", "/report/rows"),
            ("get", "/report/reconciliation"),
            ("get", "/report/typed"),
        ]),
    ),
    ("restore", Nowhere("puts another station in the place of this one, which cannot be running then")),
    ("resume", At(&[("post", "/air/resume")])),
    ("run", Nowhere("what answers is running")),
    ("settings list", At(&[("get", "/settings")])),
    ("settings reset", At(&[("patch", "/settings"), ("post", "/settings/check")])),
    ("settings set", At(&[("patch", "/settings"), ("post", "/settings/check")])),
    (
        "simulate",
        Nowhere("rehearses a scenario into a data folder of its own; /rehearsal rehearses this station's plan"),
    ),
    ("emergency raise", At(&[("post", "/air/emergency")])),
    ("emergency end", At(&[("post", "/air/emergency/end")])),
    ("zone mute", At(&[("post", "/zones/{zone}/mute")])),
    ("zone probe-return", At(&[("post", "/zones/{zone}/return/probe")])),
    ("zone unmute", At(&[("post", "/zones/{zone}/mute")])),
    ("skip", At(&[("post", "/air/skip")])),
    ("slot add", At(&[("post", "/slots"), ("post", "/slot-trials"), ("get", "/slot-options")])),
    ("slot edit", At(&[("patch", "/slots/{id}")])),
    ("slot list", At(&[("get", "/slots")])),
    ("slot rm", At(&[("delete", "/slots/{id}")])),
    ("slot show", At(&[("get", "/slots/{id}")])),
    ("status", At(&[("get", "/status"), ("get", "/events")])),
    ("stop", At(&[("post", "/air/stop")])),
    ("topics", At(&[("get", "/topics")])),
    ("token add", At(&[("post", "/tokens")])),
    ("token list", At(&[("get", "/tokens")])),
    ("token rm", At(&[("delete", "/tokens/{id}")])),
    ("user add", At(&[("post", "/users")])),
    ("user disable", At(&[("patch", "/users/{id}")])),
    ("user enable", At(&[("patch", "/users/{id}")])),
    ("user list", At(&[("get", "/users")])),
    ("user passwd", At(&[("post", "/users/{id}/password")])),
    ("user roles", At(&[("patch", "/users/{id}")])),
    ("user totp-off", At(&[("post", "/users/{id}/totp-off")])),
];

/// Every command that does something, by its words.
fn commands(command: &clap::Command, before: &str, found: &mut BTreeSet<String>) {
    for sub in command.get_subcommands() {
        let words = format!("{before} {}", sub.get_name()).trim().to_owned();
        if !sub.is_subcommand_required_set() {
            found.insert(words.clone());
        }
        commands(sub, &words, found);
    }
}

#[test]
fn every_command_has_an_address_or_a_reason_for_none() {
    let mut found = BTreeSet::new();
    commands(&loa::cli::command(), "", &mut found);
    let listed: BTreeSet<String> = COMMANDS.iter().map(|(words, _)| (*words).to_owned()).collect();
    assert_eq!(listed.len(), COMMANDS.len(), "a command is listed twice");
    let missing: Vec<_> = found.difference(&listed).collect();
    assert!(missing.is_empty(), "give these an address of the API, or say here why they have none: {missing:#?}");
    let gone: Vec<_> = listed.difference(&found).collect();
    assert!(gone.is_empty(), "these are no commands any more: {gone:#?}");

    let described: serde_json::Value = serde_json::to_value(loa::http::openapi()).unwrap();
    for (words, place) in COMMANDS {
        match place {
            At(addresses) => {
                assert!(!addresses.is_empty(), "{words}");
                for (method, path) in *addresses {
                    let operation = &described["paths"][format!("/api/v1{path}")][method];
                    assert!(operation.is_object(), "`loa {words}`: there is no {method} {path}");
                }
            }
            Nowhere(why) => assert!(why.len() > 10, "{words}"),
        }
    }
}
