//! The shape of the house, read from its sources: who may use whom, which words stand where, how large things are.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// Longest file, without its unit tests.
const FILE_LINES_MAX: usize = 500;
/// Longest function, from its `fn` to its closing brace.
const FUNCTION_LINES_MAX: usize = 70;

/// A room of the house, and the rooms it may enter. One with a door (`audio::decode`) only through it.
const ROOMS: [(&str, &[&str]); 15] = [
    ("domain", &[]),
    ("clock", &["domain"]),
    ("trust", &[]),
    ("config", &["domain"]),
    ("program", &[]),
    ("amplifier", &["domain", "clock", "program", "trust"]),
    ("audio", &["domain", "trust"]),
    ("store", &["domain"]),
    ("export", &["domain"]),
    ("library", &["domain", "audio::decode", "program"]),
    ("station", &["domain", "audio", "amplifier", "store", "library", "clock", "config"]),
    ("rehearsal", &["domain", "store", "config"]),
    (
        "desk",
        &[
            "domain",
            "store",
            "library",
            "export",
            "config",
            "clock",
            "station",
            "rehearsal",
            "amplifier",
            "program",
            "trust",
            "audio::output",
            "audio::input",
        ],
    ),
    ("http", &["domain", "desk", "config", "clock", "export", "station", "trust"]),
    (
        "cli",
        &[
            "domain",
            "store",
            "library",
            "export",
            "config",
            "clock",
            "station",
            "audio",
            "amplifier",
            "desk",
            "rehearsal",
            "http",
        ],
    ),
];

/// Words that belong to one place, and why they are nowhere else.
const PLACES: [(&str, &str, &str); 15] = [
    ("cpal::", "src/audio/output/device", "one file knows the sound systems"),
    ("rodio::", "src/audio/output/device", "one file knows the sound systems"),
    ("symphonia::", "src/audio/decode/", "what is measured at import is what will play"),
    ("flac_codec::", "src/audio/output/record", "recordings are written and read in one place"),
    ("vorbis_rs::", "src/audio/output/icecast", "one output encodes for listeners"),
    ("gpiocdev::", "src/amplifier/gpio", "one file knows the lines of the machine"),
    ("socket2::", "src/audio/output/", "only outputs need more of a socket than the standard library gives"),
    ("rubato::", "src/audio/resample", "one converter of rates"),
    ("rustfft::", "src/audio/proof/", "one comparison of what was sent with what came back"),
    ("sqlx::", "src/store/", "the database is the store's own business"),
    ("axum::", "src/http/", "HTTP is a face of the desk, and no rule knows of it"),
    ("Utc::now", "src/clock.rs", "time is an argument"),
    ("Instant::now", "src/clock.rs", "time is an argument"),
    ("SystemTime::now", "src/clock.rs", "time is an argument"),
    ("clock_gettime", "src/clock.rs", "time is an argument"),
];

/// What a pure rule does not need.
const IMPURE: [&str; 10] = [
    "tokio",
    "async fn",
    ".await",
    "std::fs",
    "std::io",
    "std::net",
    "std::env",
    "std::thread",
    "std::process",
    "Instant",
];

struct File {
    /// From the root of the repository, with `/`.
    path: String,
    text: String,
}

impl File {
    /// Without comments, for questions about what the code does. Unit tests stand at the end and are cut off.
    fn code(&self) -> String {
        let code = self.text.lines().take_while(|line| line.trim() != "#[cfg(test)]");
        code.filter(|line| !line.trim_start().starts_with("//")).fold(String::new(), |mut code, line| {
            let _infallible = writeln!(code, "{line}");
            code
        })
    }

    fn room(&self) -> Option<&str> {
        let inside = self.path.strip_prefix("src/")?;
        let room = inside.split('/').next()?.trim_end_matches(".rs");
        (!matches!(room, "lib" | "main")).then_some(room)
    }
}

/// Every file below these folders whose name ends so.
fn files(folders: &[&str], ends: &[&str]) -> Vec<File> {
    let mut files = Vec::new();
    let mut folders: Vec<PathBuf> = folders.iter().map(|folder| Path::new(ROOT).join(folder)).collect();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).into_iter().flatten() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if path.is_dir() {
                folders.push(path);
            } else if ends.iter().any(|end| name.ends_with(end)) {
                let text = std::fs::read_to_string(&path).unwrap();
                let path = path.strip_prefix(ROOT).unwrap().to_string_lossy().replace('\\', "/");
                files.push(File { path, text });
            }
        }
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    assert!(!files.is_empty(), "nothing to read: the check would always pass");
    files
}

fn sources() -> Vec<File> {
    files(&["src"], &[".rs"])
}

fn read(path: &str) -> String {
    std::fs::read_to_string(Path::new(ROOT).join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn none(what: &str, found: &[String]) {
    assert!(found.is_empty(), "{what}:\n{}", found.join("\n"));
}

/// The paths below `crate::` in some code: `domain::time` for `crate::domain::time::Now`, both of `crate::{audio, store::Log}`.
fn crate_paths(code: &str) -> BTreeSet<String> {
    let mut paths = BTreeSet::new();
    for (at, _) in code.match_indices("crate::") {
        let rest = &code[at + "crate::".len()..];
        let list = match rest.strip_prefix('{') {
            Some(group) => group.split('}').next().unwrap_or_default().split(',').collect::<Vec<_>>(),
            None => vec![rest],
        };
        for path in list {
            let word = |c: char| c.is_alphanumeric() || c == '_' || c == ':';
            let path: String = path.trim().chars().take_while(|c| word(*c)).collect();
            paths.insert(path.trim_end_matches(':').split("::").take(2).collect::<Vec<_>>().join("::"));
        }
    }
    paths
}

#[test]
fn every_room_enters_only_the_rooms_it_may() {
    let mut found = Vec::new();
    for file in sources() {
        let Some(room) = file.room() else { continue };
        let (_, allowed) = *ROOMS.iter().find(|(name, _)| *name == room).unwrap_or_else(|| panic!("{room} is no room"));
        for path in crate_paths(&file.code()) {
            let target = path.split("::").next().unwrap_or_default();
            let may = target == room || allowed.iter().any(|door| *door == target || *door == path);
            if !may {
                found.push(format!("{} uses crate::{path}, but {room} may use only {allowed:?}", file.path));
            }
        }
    }
    none("rooms entered that are closed", &found);
}

#[test]
fn the_module_map_names_every_room_and_no_other() {
    let declared = |line: &str| line.strip_prefix("pub mod ").map(|name| name.trim_end_matches(';').to_owned());
    let lib = read("src/lib.rs");
    let declared: BTreeSet<String> = lib.lines().filter_map(declared).collect();
    let rooms: BTreeSet<String> = ROOMS.iter().map(|(room, _)| (*room).to_owned()).collect();
    assert_eq!(declared, rooms);
    for room in rooms {
        assert!(lib.contains(&format!("//! | [`{room}`] |")), "the map in src/lib.rs leaves {room} out");
    }
}

#[test]
fn the_domain_is_pure() {
    let mut found = Vec::new();
    for file in sources().iter().filter(|file| file.room() == Some("domain")) {
        for (number, line) in file.code().lines().enumerate() {
            for word in IMPURE.iter().filter(|word| contains_word(line, word)) {
                found.push(format!("{} (line {} of its code) names {word}: {}", file.path, number + 1, line.trim()));
            }
        }
    }
    none("rules that act or look at the world", &found);
}

/// Whether `word` stands in `line` on its own, not as a part of a longer name.
fn contains_word(line: &str, word: &str) -> bool {
    let part = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    line.match_indices(word)
        .any(|(at, _)| !part(line[..at].chars().next_back()) && !part(line[at + word.len()..].chars().next()))
}

#[test]
fn words_that_belong_to_one_place_stay_there() {
    let mut found = Vec::new();
    for file in sources() {
        let code = file.code();
        for (word, place, why) in PLACES {
            if code.contains(word) && !file.path.starts_with(place) {
                found.push(format!("{} names {word}, which belongs to {place}: {why}", file.path));
            }
        }
    }
    none("words out of place", &found);
}

#[test]
fn every_file_says_what_it_is() {
    let silent = files(&["src", "tests", "benches"], &[".rs"]).into_iter();
    let silent: Vec<String> = silent.filter(|file| !file.text.starts_with("//! ")).map(|file| file.path).collect();
    none("files without a `//!` line at their head", &silent);
}

#[test]
fn nothing_is_left_for_later() {
    // Put together here, so that this file does not name them.
    let words = [["TO", "DO"], ["FIX", "ME"], ["XX", "X"], ["dbg", "!("], ["to", "do!("], ["unimplemented", "!("]]
        .map(|w| w.concat());
    let mut found = Vec::new();
    let folders = ["src", "tests", "benches", "docs", "config", "scripts", "packaging", "migrations"];
    for file in files(&folders, &[".rs", ".md", ".toml", ".sh", ".sql", ".service"]) {
        for (number, line) in file.text.lines().enumerate() {
            for word in words.iter().filter(|word| line.contains(word.as_str())) {
                found.push(format!("{}:{}: {word}", file.path, number + 1));
            }
        }
    }
    none("things left for later", &found);
}

#[test]
fn files_stay_readable() {
    let long = sources().into_iter().filter_map(|file| {
        let lines = file.text.lines().take_while(|line| line.trim() != "#[cfg(test)]").count();
        (lines > FILE_LINES_MAX).then(|| format!("{}: {lines} lines", file.path))
    });
    none("files to be divided", &long.collect::<Vec<_>>());
}

#[test]
fn functions_stay_readable() {
    let mut found = Vec::new();
    for file in sources() {
        let lines: Vec<&str> = file.text.lines().collect();
        for (start, line) in lines.iter().enumerate() {
            let head = line.trim_start();
            let indent = &line[..line.len() - head.len()];
            if head.starts_with("//") || !contains_word(head.split('(').next().unwrap_or_default(), "fn") {
                continue;
            }
            // rustfmt puts the closing brace under the first letter of the function.
            let end = lines[start..].iter().position(|line| *line == format!("{indent}}}")).unwrap_or(0);
            let one_line = head.ends_with(';') || head.ends_with('}');
            if !one_line && end + 1 > FUNCTION_LINES_MAX {
                found.push(format!("{}:{}: {} lines", file.path, start + 1, end + 1));
            }
        }
    }
    none("functions to be divided", &found);
}

#[test]
fn a_module_with_parts_is_a_folder_with_a_mod_file() {
    let sources = files(&["src", "tests"], &[".rs"]);
    let paths: BTreeSet<&str> = sources.iter().map(|file| file.path.as_str()).collect();
    let beside = |path: &&&str| paths.contains(format!("{}/mod.rs", path.trim_end_matches(".rs")).as_str());
    let split: Vec<String> = paths.iter().filter(beside).map(ToString::to_string).collect();
    none("modules in two styles", &split);
}

#[test]
fn every_file_belongs_to_the_build() {
    let sources = files(&["src", "tests"], &[".rs"]);
    let roots = ["src/lib.rs", "src/main.rs", "tests/main.rs"];
    let mut dead = Vec::new();
    for file in sources.iter().filter(|file| !roots.contains(&file.path.as_str())) {
        let module = file.path.trim_end_matches(".rs").trim_end_matches("/mod");
        let (folder, name) = module.rsplit_once('/').unwrap();
        let parents = [format!("{folder}/mod.rs"), format!("{folder}/lib.rs"), format!("{folder}/main.rs")];
        let declares = |parent: &File| {
            parents.contains(&parent.path)
                && parent.text.lines().any(|line| line.trim_end().ends_with(&format!("mod {name};")))
        };
        if !sources.iter().any(declares) {
            dead.push(file.path.clone());
        }
    }
    none("files that no module declares", &dead);
}

#[test]
fn both_readmes_have_exactly_the_two_commands() {
    for readme in ["README.md", "README.vi.md"] {
        let text = read(readme);
        let fenced = text.split("```").skip(1).step_by(2).flat_map(|block| block.lines().skip(1));
        let commands: Vec<&str> = fenced.map(|line| line.split('#').next().unwrap_or_default().trim()).collect();
        let commands: Vec<&str> = commands.into_iter().filter(|command| !command.is_empty()).collect();
        assert_eq!(commands, ["make run", "make test"], "{readme}");
    }
}

#[test]
fn the_release_day_of_the_clock_is_that_of_the_changelog() {
    let (year, month, day) = loa::clock::RELEASE_DAY;
    let heading = format!("## {} - {year}-{month:02}-{day:02}", env!("CARGO_PKG_VERSION"));
    let changelog = read("CHANGELOG.md");
    let newest = changelog.lines().find(|line| line.starts_with("## "));
    assert_eq!(
        newest,
        Some(heading.as_str()),
        "CHANGELOG.md, version in Cargo.toml and clock::RELEASE_DAY move together"
    );
}

#[test]
fn every_script_stops_at_the_first_error() {
    let scripts = files(&["scripts", ".ci"], &[".sh", "run"]);
    assert!(scripts.len() >= 4, "the scripts were not found");
    for script in scripts {
        assert!(script.text.starts_with("#!/usr/bin/env bash\n"), "{}", script.path);
        assert!(script.text.contains("\nset -euo pipefail\n"), "{}", script.path);
    }
}

#[test]
fn the_service_waits_longer_than_the_station_may_play_on() {
    let unit = read("packaging/systemd/loa.service");
    let seconds = |key: &str| -> u64 {
        let value = unit.lines().find_map(|line| line.strip_prefix(key)).unwrap_or_else(|| panic!("no {key}"));
        value.parse().unwrap()
    };
    let config = loa::config::Config::load(&loa::config::Sources::default()).unwrap();
    assert!(seconds("TimeoutStopSec=") > config.shutdown.finish_max.as_secs());
    assert!(unit.contains("\nType=notify\n"));
    assert!(seconds("WatchdogSec=") >= 10);
}
