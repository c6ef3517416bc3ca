//! `loa log book`

use std::collections::BTreeSet;
use std::path::PathBuf;

use clap::Args;

use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::period::PeriodArgs;
use crate::cli::report::write_whole;
use crate::cli::{Exit, Outcome, parse};
use crate::clock;
use crate::domain::words::Language;
use crate::export::Form;

/// Print the log of a period as a book with lines to sign, a group of pages for each day
#[derive(Debug, Args)]
pub(super) struct Book {
    #[command(flatten)]
    period: PeriodArgs,
    /// In these forms: pdf, html, txt
    #[arg(long, value_name = "FORMS", value_delimiter = ',', default_value = "pdf")]
    format: Vec<Form>,
    /// The folder that the files go into
    #[arg(long, value_name = "DIR", value_hint = clap::ValueHint::DirPath)]
    out: PathBuf,
    /// Its language, vi or en [default: `report.language`]
    #[arg(long, value_name = "LANGUAGE", value_parser = parse::language)]
    language: Option<Language>,
}

impl Book {
    pub(super) async fn perform(self, context: &Context) -> Outcome {
        let missing = || CliError::usage("no period is given; give --period, or --from and --to");
        let period = self.period.given(context)?.ok_or_else(missing)?;
        let language = self.language.unwrap_or(context.config.report.language);
        let desk = context.look().await?;
        let logbook = desk.logbook(period, language, clock::now()).await?;
        let forms: BTreeSet<Form> = self.format.iter().copied().collect();
        let folder = &self.out;
        std::fs::create_dir_all(folder).map_err(|error| CliError::of_file("make the folder", folder, &error))?;
        for form in forms {
            let name = format!("so-nhat-ky-{}.{}", period.file_part(), form.extension());
            let path = folder.join(name);
            let bytes = desk.logbook_as(&logbook, form).await?;
            write_whole(&path, &bytes)?;
            context.say(&format!("{} ({} kB)", path.display(), bytes.len().div_ceil(1_000)))?;
        }
        Ok(Exit::Done)
    }
}
