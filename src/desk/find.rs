//! What a person types becomes the thing that is meant.

use super::Desk;
use super::error::DeskError;
use crate::domain::clip::{Clip, ClipId};
use crate::domain::log::{AiringId, Record};
use crate::store::{ClipFilter, folded};

/// The fewest digits that name a clip by its digest.
const DIGEST_DIGITS_MIN: usize = 8;
/// Most clips that an ambiguous title lists.
const CANDIDATES_MAX: usize = 5;

impl Desk {
    /// The clip that a text means: its number, the first eight or more digits of its digest, its title, or words that only its
    /// title contains. Letters count, case and diacritics do not.
    ///
    /// # Errors
    /// None or several are meant; the store's own.
    pub async fn find_clip(&self, text: &str) -> Result<Clip, DeskError> {
        let text = text.trim();
        if let Ok(number) = text.parse::<u32>()
            && let Some(clip) = self.store.clip(ClipId(number)).await?
        {
            return Ok(clip);
        }
        let filter = ClipFilter { scripts: true, ..ClipFilter::default() };
        let clips = self.store.clips(&filter).await?;
        let mut found = named(&clips, text);
        match (found.len(), found.pop()) {
            (1, Some(clip)) => Ok(clip.clone()),
            (0, _) => {
                let hint = "`loa clip list` names them; a clip is meant by its number, its title or its digest";
                let error = DeskError::not_found(format!("there is no clip `{text}`")).hint(hint);
                Err(error.code("no_such_clip").value("clip", text))
            }
            (count, last) => {
                let listed = found.iter().copied().chain(last).take(CANDIDATES_MAX);
                let listed: Vec<String> = listed.map(|clip| format!("{} \"{}\"", clip.id, clip.title)).collect();
                let more = if count > CANDIDATES_MAX { " ..." } else { "" };
                let said = format!("`{text}` means {count} clips: {}{more}", listed.join(", "));
                let error = DeskError::refused(said).hint("give the number of the one you mean");
                Err(error.code("clip_ambiguous").value("clip", text).value("count", count))
            }
        }
    }

    /// The airing that a text means: its identifier, or the number of a record of the log that belongs to it (the first column
    /// of `loa log`).
    ///
    /// # Errors
    /// None is meant; the store's own.
    pub async fn find_airing(&self, text: &str) -> Result<AiringId, DeskError> {
        let text = text.trim();
        let unknown = || {
            DeskError::not_found(format!("there is no airing `{text}` in the log"))
                .hint("give its identifier or the number in the first column of `loa log`")
                .code("no_such_airing")
                .value("airing", text)
        };
        let Ok(seq) = text.parse::<u64>() else { return text.parse().map_err(|_| unknown()) };
        let record = self.store.entries(seq.saturating_sub(1), 1).await?.into_iter().next();
        let record = record.filter(|sealed| sealed.entry.seq == seq).ok_or_else(unknown)?;
        match record.entry.record {
            Record::Intent(intent) => Ok(intent.part.airing),
            Record::End(end) => Ok(end.part.airing),
            Record::Proof(proof) => Ok(proof.part.airing),
            Record::Correction(correction) => Ok(correction.airing),
            Record::Mention(mention) => Ok(mention.airing),
            Record::Withdrawal(withdrawal) => Ok(withdrawal.airing),
            Record::Rundown(_) | Record::Closed(_) | Record::Incident(_) => Err(unknown()),
        }
    }
}

/// By digest, else by the whole title, else by words of it.
fn named<'a>(clips: &'a [Clip], text: &str) -> Vec<&'a Clip> {
    let digits = text.to_ascii_lowercase();
    if digits.len() >= DIGEST_DIGITS_MIN && digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        let found: Vec<_> = clips.iter().filter(|clip| clip.audio.digest.to_string().starts_with(&digits)).collect();
        if !found.is_empty() {
            return found;
        }
    }
    let wanted = folded(text);
    if wanted.is_empty() {
        return Vec::new();
    }
    let whole: Vec<_> = clips.iter().filter(|clip| folded(&clip.title) == wanted).collect();
    if !whole.is_empty() {
        return whole;
    }
    clips.iter().filter(|clip| folded(&clip.title).contains(&wanted)).collect()
}
