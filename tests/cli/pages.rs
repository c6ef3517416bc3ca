//! Completions, manual pages and help come from the argument definitions, for every command.

use crate::support::cli::Town;

/// Every command, as its manual page is called.
const COMMANDS: [&str; 54] = [
    "campaigns",
    "cancel",
    "check",
    "clip",
    "clip-add",
    "clip-approve",
    "clip-edit",
    "clip-export",
    "clip-list",
    "clip-listen",
    "clip-replace",
    "clip-retire",
    "clip-rm",
    "clip-scan",
    "clip-show",
    "clock",
    "clock-trust",
    "completions",
    "devices",
    "log",
    "log-correct",
    "log-show",
    "log-verify",
    "man",
    "pause",
    "plan",
    "play",
    "queue",
    "queue-add",
    "queue-list",
    "queue-move",
    "queue-rm",
    "report",
    "resume",
    "run",
    "simulate",
    "skip",
    "slot",
    "slot-add",
    "status",
    "stop",
    "token",
    "token-add",
    "token-list",
    "token-rm",
    "topics",
    "user",
    "user-add",
    "user-disable",
    "user-enable",
    "user-list",
    "user-passwd",
    "user-roles",
    "user-totp-off",
];

#[test]
fn there_is_a_manual_page_for_every_command() {
    let town = Town::new();
    let folder = town.path("man");
    std::fs::create_dir(&folder).unwrap();
    town.loa(&["man", "--out", folder.to_str().unwrap()]).done();
    for command in COMMANDS {
        let page = std::fs::read_to_string(folder.join(format!("loa-{command}.1")));
        let page = page.unwrap_or_else(|error| panic!("{command}: {error}"));
        assert!(page.contains(".SH SYNOPSIS"), "{command}");
    }
    let page = town.loa(&["man"]).done().out;
    assert!(page.contains("Runs a town") && page.contains("loa\\-clip"), "{page}");
}

#[test]
fn shells_complete_every_command() {
    let town = Town::new();
    for shell in ["bash", "zsh", "fish"] {
        let script = town.loa(&["completions", shell]).done().out;
        for word in ["clip", "approve", "verify", "--emergency", "--follow"] {
            let word = if shell == "fish" { word.trim_start_matches("--") } else { word };
            assert!(script.contains(word), "{shell}: {word}");
        }
    }
    town.loa(&["completions", "tcsh"]).failed(2, "invalid value 'tcsh'");
}

#[test]
fn every_command_explains_itself() {
    let town = Town::new();
    for command in COMMANDS {
        let mut arguments: Vec<&str> = match command.split_once('-') {
            Some((group, inner)) => vec![group, inner],
            None => vec![command],
        };
        arguments.push("--help");
        let help = town.loa(&arguments).done().out;
        assert!(help.contains("Usage: loa"), "{command}: {help}");
        let about = help.lines().next().unwrap_or_default();
        assert!(about.len() > 5 && !about.starts_with("Usage"), "{command} says nothing of itself: {help}");
    }
    let version = town.loa(&["--version"]).done().out;
    assert_eq!(version, format!("loa {}\n", env!("CARGO_PKG_VERSION")));
    town.loa(&[]).failed(2, "Usage: loa");
}
