//! The program that speaks: espeak-ng for real, and every way in which another may fail. After each failure nothing is left.

use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::support::cli::Town;

/// A town whose synthesiser is a script of a shell.
fn town_speaking(script: &str) -> Town {
    let town = Town::new();
    let command =
        serde_json::to_string(&["/bin/sh", "-c", script, "speaker", "{output}", "{input}", "{voice}"]).unwrap();
    append(&town, &format!("\n[speech]\ncommand = {command}\ntimeout_seconds = 2\n"));
    town
}

fn append(town: &Town, text: &str) {
    let config = std::fs::read_to_string(town.config()).unwrap();
    std::fs::write(town.config(), config + text).unwrap();
}

fn text(town: &Town, text: &str) -> String {
    let path = town.path("thong-bao.txt");
    std::fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

/// Everything below the data folder that speaking could have left.
fn left(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(left(&path));
        }
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if name.starts_with(".loa-speech-") || name.len() == 64 {
            found.push(name);
        }
    }
    found
}

#[test]
fn a_notice_becomes_a_clip_that_waits_for_approval() {
    let town = Town::new();
    let notice = "UBND thị trấn thông báo: 7h30 ngày 15/6/2023, tiêm phòng tại nhà văn hóa.";
    let file = text(&town, notice);
    let said = town.json(&["clip", "speak", &file, "--title", "Lịch tiêm phòng", "--topic", "CCHC"]);
    let clip = &said["clip"];
    assert_eq!((&clip["title"], &clip["source"]), (&"Lịch tiêm phòng".into(), &"own".into()), "{said:#}");
    let shown = town.json(&["clip", "show", "1"]);
    assert_eq!(shown["script"], notice, "the leader who approves can read it");
    let lines = town.loa(&["clip", "show", "1"]).done().out;
    assert!(lines.contains("submitted, waits for approval"), "{lines}");
    let seconds = clip["duration_ms"].as_f64().map(|ms| ms / 1_000.0).or_else(|| clip["duration_s"].as_f64()).unwrap();
    assert!((5.0..20.0).contains(&seconds), "{seconds} s of speech");
    town.loa(&["clip", "speak", &file, "--title", "Lần nữa"]).failed(1, "already in the library");
    town.loa(&["clip", "approve", "1", "--by", "Nguyễn Văn An"]).done();
    assert_eq!(left(&town.data()).len(), 1, "the audio of the clip and nothing else");
}

#[test]
fn standard_input_english_and_a_look_before() {
    let town = Town::new();
    let run = |arguments: &[&str], input: &str| {
        use std::io::Write as _;
        let mut child = town.command(arguments).stdin(std::process::Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    let shown = run(&["clip", "speak", "-", "--show"], "\u{feff}Kế hoạch 56/KH-UBND");
    assert_eq!(shown, "Kế hoạch năm mươi sáu, kế hoạch, ủy ban nhân dân.\n");
    let english = run(
        &["--json", "clip", "speak", "-", "--title", "Notice", "--language", "en", "--draft"],
        "At 7:30 on 15 June.",
    );
    let said: Value = serde_json::from_str(&english).unwrap();
    assert_eq!((&said["clip"]["language"], &said["unknown"]), (&"en".into(), &Value::Array(Vec::new())));
    assert_eq!(town.json(&["clip", "list"]).as_array().unwrap().len(), 1);
}

#[test]
fn any_program_that_writes_a_wav_fits() {
    // With files; and the text on standard input, the WAV on standard output.
    let town = town_speaking("espeak-ng -v \"$3\" -w \"$1\" -f \"$2\"");
    let file = text(&town, "Xin chào bà con.");
    town.loa(&["clip", "speak", &file, "--title", "Tệp", "--voice", "vi-vn-x-south"]).done();
    let town = Town::new();
    append(&town, "\n[speech]\ncommand = [\"espeak-ng\", \"-v\", \"{voice}\", \"--stdin\", \"--stdout\"]\n");
    let file = text(&town, "Xin chào bà con.");
    town.loa(&["clip", "speak", &file, "--title", "Ống"]).done();
}

#[test]
fn what_cannot_be_read_aloud_is_told_before_anything_is_started() {
    let town = town_speaking("touch \"$HOME/started\"");
    let cases: [(&[u8], &str); 5] = [
        (b"", "there is nothing to read aloud"),
        (" \n*** ---\n".as_bytes(), "there is nothing to read aloud"),
        (&[0x89, b'P', b'N', b'G', 0, 0xff], "is no text in UTF-8"),
        (b"a\0b", "has control characters"),
        (&[b'a'; 1_200_000], "is larger than any text"),
    ];
    let path = town.path("bad.txt");
    for (bytes, said) in cases {
        std::fs::write(&path, bytes).unwrap();
        town.loa(&["clip", "speak", path.to_str().unwrap(), "--title", "X"]).failed(2, said);
    }
    std::fs::write(&path, "chữ ".repeat(25_000)).unwrap();
    let long = town.loa(&["clip", "speak", path.to_str().unwrap(), "--title", "X"]);
    long.failed(2, "the text has 99999 characters, at most 20000 are read aloud");
    std::fs::write(&path, "Xin chào.").unwrap();
    let path = path.to_str().unwrap();
    for voice in ["-w/etc/passwd", "../../x", "a b", ""] {
        let ran = town.loa(&["clip", "speak", path, "--title", "X", &format!("--voice={voice}"), "--language", "fr"]);
        assert_eq!(ran.code, 2, "{ran:?}");
    }
    town.loa(&["clip", "speak", path, "--title", " ", "--voice", "none"]).failed(1, "");
    town.loa(&["clip", "speak", "/nowhere/text", "--title", "X"]).failed(1, "cannot read the text");
    assert_eq!(left(&town.data()), [""; 0]);
}

#[test]
fn a_program_that_fails_is_named_with_what_it_did() {
    let cases = [
        ("exit 3", "failed (exit code 3)"),
        ("echo 'no such voice: vi' >&2; exit 1", "failed (exit code 1): no such voice: vi"),
        ("kill -SEGV $$", "failed (signal 11)"),
        ("true", "wrote no sound"),
        (": > \"$1\"", "wrote no sound"),
        ("echo 'this is no sound' > \"$1\"", "is no recording"),
        ("head -c 400000 /dev/urandom > \"$1\"", "is no recording"),
        ("mkdir \"$1\"", "is no recording"),
        ("espeak-ng -v vi -w \"$1\" ''; printf 'RIFF\\377\\377\\377\\377WAVE' > \"$1\"", "is no recording"),
        ("yes 'flooding' | head -c 30000000 >&2; exit 4", "failed (exit code 4): flooding"),
    ];
    for (script, said) in cases {
        let town = town_speaking(script);
        let file = text(&town, "Xin chào bà con.");
        town.loa(&["clip", "speak", &file, "--title", "X"]).failed(1, said);
        assert_eq!(left(&town.data()), [""; 0], "{script}");
    }
    let town = Town::new();
    append(&town, "\n[speech]\ncommand = [\"no-such-synthesiser\", \"{output}\"]\n");
    let file = text(&town, "Xin chào bà con.");
    town.loa(&["clip", "speak", &file, "--title", "X"])
        .failed(1, "`no-such-synthesiser`, which speaks texts, is not on");
}

#[test]
fn a_program_that_hangs_or_writes_for_ever_is_ended_with_all_that_it_started() {
    for script in ["exec sleep 600", "sleep 600 & sleep 600", "trap '' TERM INT HUP; while :; do sleep 1; done"] {
        let town = town_speaking(script);
        let file = text(&town, "Xin chào bà con.");
        let began = Instant::now();
        town.loa(&["clip", "speak", &file, "--title", "X"]).failed(1, "within 2 s and was ended");
        assert!(began.elapsed() < Duration::from_secs(20), "{script}: {:?}", began.elapsed());
        assert_eq!(left(&town.data()), [""; 0]);
    }
    // A child that holds the pipes open after its parent is gone.
    let town = town_speaking("sleep 600 & espeak-ng -v vi -w \"$1\" -f \"$2\"");
    let file = text(&town, "Xin chào bà con.");
    let began = Instant::now();
    town.loa(&["clip", "speak", &file, "--title", "X"]).done();
    assert!(began.elapsed() < Duration::from_secs(20));
    for command in [r#"["/bin/sh", "-c", "cat /dev/zero > {output}"]"#, r#"["cat", "/dev/zero"]"#] {
        let town = Town::new();
        append(&town, &format!("\n[speech]\ncommand = {command}\n[library]\nfile_megabytes_max = 1\n"));
        let file = text(&town, "Xin chào bà con.");
        town.loa(&["clip", "speak", &file, "--title", "X"]).failed(1, "wrote more than 1000000 bytes");
        assert_eq!(left(&town.data()), [""; 0]);
    }
}

#[test]
fn a_refused_clip_leaves_no_audio_and_what_a_power_cut_left_goes() {
    let town = Town::new();
    let abandoned = town.data().join(".loa-speech-Xy12Zw");
    std::fs::create_dir(&abandoned).unwrap();
    std::fs::write(abandoned.join("speech.wav"), "RIFF").unwrap();
    let file = text(&town, "Xin chào bà con.");
    town.loa(&["clip", "speak", &file, "--title", "X", "--topic", "NHAM"]).failed(2, "topic `NHAM` is unknown");
    assert_eq!(left(&town.data()), [""; 0]);
    assert!(!abandoned.exists());
    append(&town, "\n[speech]\ncommand = [\"./espeak-ng\"]\nvoice = \"../x\"\n");
    let ran = town.loa(&["clip", "list"]);
    assert_eq!(ran.code, 2, "{ran:?}");
    assert!(ran.err.contains("`speech.command`") && ran.err.contains("`speech.voice`"), "{ran:?}");
}
