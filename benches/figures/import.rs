//! How fast recordings are brought in.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use loa::library::analyse;

use crate::station::command;
use crate::support::sound::{Sound, run};
use crate::table::{percentile, row, timed};

/// An MP3 of so many minutes at 44.1 kHz, stereo, 128 kbit/s.
pub(crate) fn mp3(folder: &Path, name: &str, minutes: u32, seed: u64) -> PathBuf {
    let (wav, mp3) = (folder.join("source.wav"), folder.join(format!("{name}.mp3")));
    Sound::speech(44_100, 2, 44_100 * 60, seed).write_wav_repeated(&wav, minutes);
    run(&["lame", "--quiet", "-b", "128", "IN", "OUT"], &wav, &mp3);
    std::fs::remove_file(wav).unwrap();
    mp3
}

/// Everything an import measures, of a 12-minute MP3, on one thread: median of `times`.
pub(crate) fn one_thread(times: u32) {
    let folder = tempfile::tempdir().unwrap();
    let file = mp3(folder.path(), "long", 12, 1);
    let took: Vec<f64> = (0..times)
        .map(|_| timed(|| analyse(&file, &mut |_| ControlFlow::Continue(())).unwrap()).0.as_secs_f64())
        .collect();
    let median = percentile(&took, 0.5);
    let reached = format!("{:.0} x real time ({median:.2} s)", 720.0 / median);
    row("import analysis of a 12-minute MP3, one thread", &reached, ">= 350 x", "import");
}

/// A folder of `files` MP3s of 3 minutes, through the program, copied and saved as well.
pub(crate) fn folder(files: u32) {
    let folder = tempfile::tempdir().unwrap();
    let (sounds, data) = (folder.path().join("sounds"), folder.path().join("data"));
    std::fs::create_dir_all(&sounds).unwrap();
    std::fs::create_dir_all(&data).unwrap();
    for number in 0..files {
        mp3(&sounds, &format!("clip-{number}"), 3, u64::from(number) + 10);
    }
    let (time, output) = timed(|| command(&data).args(["--json", "clip", "add"]).arg(&sounds).output().unwrap());
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let seconds = time.as_secs_f64();
    let reached = format!("{:.0} x real time ({seconds:.2} s)", f64::from(files) * 180.0 / seconds);
    row(
        &format!("`loa clip add` of a folder, {files} MP3s of 3 minutes, all cores"),
        &reached,
        "scales with cores",
        "folder",
    );
}
