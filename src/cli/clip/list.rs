//! `loa clip list`

use clap::{Args, ValueEnum};

use super::meta::{GenreName, SourceName};
use crate::cli::context::Context;
use crate::cli::table::{length, row, table, text};
use crate::cli::views::{ClipView, approval_word};
use crate::cli::{Exit, Outcome};
use crate::desk::Desk;
use crate::domain::words::{Language, genre};
use crate::store::ClipFilter;

/// List clips
#[derive(Debug, Args)]
pub(in crate::cli) struct List {
    /// Words of title or author, in any order, with or without diacritics
    #[arg(value_name = "WORDS")]
    words: Vec<String>,
    /// Only this topic and those under it
    #[arg(long, value_name = "CODE")]
    topic: Option<String>,
    /// Only this campaign
    #[arg(long, value_name = "CODE")]
    campaign: Option<String>,
    /// Only this genre
    #[arg(long)]
    genre: Option<GenreName>,
    /// Only this source
    #[arg(long)]
    source: Option<SourceName>,
    /// Only clips in this state
    #[arg(long)]
    state: Option<State>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum State {
    Draft,
    Submitted,
    SentBack,
    Approved,
    Retired,
}

impl List {
    pub(in crate::cli) async fn perform(self, context: &Context) -> Outcome {
        let filter = ClipFilter {
            text: Some(self.words.join(" ")).filter(|words| !words.is_empty()),
            topic: self.topic,
            campaign: self.campaign,
            genre: self.genre.map(Into::into),
            source: self.source.map(Into::into),
            approval: self.state.map(|state| match state {
                State::Draft => "draft",
                State::Submitted => "submitted",
                State::SentBack => "sent_back",
                State::Approved => "approved",
                State::Retired => "retired",
            }),
            ..ClipFilter::default()
        };
        let clips = if Desk::is_untouched(&context.config.data.folder) {
            Vec::new()
        } else {
            context.look().await?.store().clips(&filter).await?
        };
        if context.json {
            context.document(&clips.iter().map(|clip| ClipView::of(clip, context)).collect::<Vec<_>>())?;
            return Ok(Exit::Done);
        }
        if clips.is_empty() {
            context.say("no clips; bring recordings in with `loa clip add FILE...`")?;
            return Ok(Exit::Done);
        }
        let mut shown =
            table(context.style, &["Clip", "Title", "Genre", "Topic", "Campaign", "Length", "State", "Added"], &[0, 5]);
        for clip in &clips {
            row(
                &mut shown,
                [
                    clip.id.to_string(),
                    clip.title.clone(),
                    genre(clip.genre, Language::En).to_owned(),
                    clip.topics.primary.clone(),
                    clip.campaign.clone().unwrap_or_default(),
                    length(clip.audio.duration()),
                    approval_word(&clip.approval).to_owned(),
                    clip.added_at.with_timezone(&context.zone()).format("%d/%m/%Y").to_string(),
                ],
            );
        }
        context.print(&text(&shown))?;
        Ok(Exit::Done)
    }
}
