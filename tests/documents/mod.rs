//! The written report of the seed's half-year, made by the real program and read back by other programs: poppler for the PDF,
//! LibreOffice for the Word file, calamine for the workbook.

mod book;
mod layout;
mod mistakes;
mod odd;
mod seed;
mod workbook;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use tempfile::TempDir;

/// A folder with the rehearsed half-year and its report in every form; made once, read by all.
pub(super) struct Made {
    folder: TempDir,
}

impl Made {
    pub(super) fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(super) fn text(&self, name: &str) -> String {
        std::fs::read_to_string(self.file(name)).unwrap()
    }

    /// Runs the program on the half-year; what it says on its two outputs.
    pub(super) fn loa(&self, arguments: &[&str]) -> (bool, String, String) {
        let output = Command::new(env!("CARGO_BIN_EXE_loa"))
            .env("LOA_CONFIG", self.file("loa.toml"))
            .env("LOA_DATA", self.file("data"))
            .args(arguments)
            .output()
            .unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        (output.status.success(), text(output.stdout), text(output.stderr))
    }
}

/// Reports of the texts of report 65.
const CONFIG: &str = "[report]\ntemplates_folder = \"TEMPLATES\"\n";

pub(super) fn made() -> &'static Made {
    static MADE: OnceLock<Made> = OnceLock::new();
    MADE.get_or_init(|| {
        let made = Made { folder: tempfile::tempdir().unwrap() };
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let templates = root.join("config/report/examples");
        let config = CONFIG.replace("TEMPLATES", templates.to_str().unwrap());
        std::fs::write(made.file("loa.toml"), config).unwrap();
        let scenario = root.join("tests/scenarios/lai-cach-2023-h1.toml");
        for arguments in [
            &["simulate", "--scenario", scenario.to_str().unwrap()][..],
            &[
                "report",
                "--period",
                "2023-H1",
                "--format",
                "docx,pdf,xlsx,html,txt,csv,json",
                "--typed",
                "portal_items=196",
                "--out",
                made.folder.path().to_str().unwrap(),
            ],
        ] {
            let (done, _, said) = made.loa(arguments);
            assert!(done, "{said}");
        }
        made
    })
}

/// What another program says about a file.
pub(super) fn told_by(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output().unwrap_or_else(|error| {
        panic!("{program}: {error}; scripts/setup.sh test installs it");
    });
    assert!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// Words parted by single blanks, whatever the lines were; the blanks of a form that nobody broke count as one too.
pub(super) fn flat(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
