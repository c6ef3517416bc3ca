//! `loa man`

use std::path::PathBuf;

use clap::{Args, Command};

use super::context::print;
use super::error::CliError;
use super::{Exit, Outcome};

/// Print the manual page, or write one for every command into a folder
#[derive(Debug, Args)]
pub(super) struct Man {
    /// Write loa.1, loa-clip-add.1 ... into this folder
    #[arg(long, value_name = "DIR", value_hint = clap::ValueHint::DirPath)]
    out: Option<PathBuf>,
}

impl Man {
    pub(super) fn perform(&self, command: Command) -> Outcome {
        match &self.out {
            None => {
                let mut page = Vec::new();
                clap_mangen::Man::new(command).render(&mut page).map_err(CliError::of_system)?;
                print(&String::from_utf8_lossy(&page))?;
            }
            Some(folder) => {
                let written = clap_mangen::generate_to(command, folder);
                written.map_err(|error| CliError::of_file("write manual pages into", folder, &error))?;
            }
        }
        Ok(Exit::Done)
    }
}
