//! `loa completions`

use clap::{Args, Command};
use clap_complete::Shell;

use super::context::print;
use super::{Exit, Outcome};

/// Print what a shell needs to complete commands and options
#[derive(Debug, Args)]
pub(super) struct Completions {
    /// Which shell
    shell: Shell,
}

impl Completions {
    pub(super) fn perform(&self, command: &mut Command) -> Outcome {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, command, "loa", &mut script);
        print(&String::from_utf8_lossy(&script))?;
        Ok(Exit::Done)
    }
}
