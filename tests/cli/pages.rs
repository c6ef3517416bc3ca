//! Completions, manual pages and help come from the argument definitions, for every command.

use crate::support::cli::Town;

/// Every command there is, as the words that call it.
fn commands() -> Vec<Vec<String>> {
    fn walk(command: &clap::Command, before: &[String], found: &mut Vec<Vec<String>>) {
        for sub in command.get_subcommands().filter(|sub| !sub.is_hide_set()) {
            let words: Vec<String> = before.iter().cloned().chain([sub.get_name().to_owned()]).collect();
            walk(sub, &words, found);
            found.push(words);
        }
    }
    let mut found = Vec::new();
    walk(&loa::cli::command(), &[], &mut found);
    found
}

fn help(town: &Town, command: &[String]) -> String {
    let arguments: Vec<&str> = command.iter().map(String::as_str).chain(["--help"]).collect();
    town.loa(&arguments).done().out
}

#[test]
fn there_is_a_manual_page_for_every_command() {
    let town = Town::new();
    let folder = town.path("man");
    std::fs::create_dir(&folder).unwrap();
    town.loa(&["man", "--out", folder.to_str().unwrap()]).done();
    for command in commands() {
        let command = command.join("-");
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
    for command in commands() {
        let help = help(&town, &command);
        let command = command.join(" ");
        assert!(help.contains("Usage: loa"), "{command}: {help}");
        let about = help.lines().next().unwrap_or_default();
        assert!(about.len() > 5 && !about.starts_with("Usage"), "{command} says nothing of itself: {help}");
    }
    let version = town.loa(&["--version"]).done().out;
    assert_eq!(version, format!("loa {}\n", env!("CARGO_PKG_VERSION")));
    town.loa(&[]).failed(2, "Usage: loa");
}
