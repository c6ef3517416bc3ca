//! A draft on its way out: into a folder or by mail. It is tried again a few times, and the sound never waits for it.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::time::Duration;

use chrono::TimeDelta;
use lettre::message::header::ContentType;
use lettre::message::{Attachment, MultiPart, SinglePart};
use lettre::transport::smtp::authentication::Credentials;
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use serde_json::Value;

use super::Desk;
use super::error::{DeskError, ErrorKind};
use crate::config::{Deliver, Mail, MailSecurity};
use crate::domain::report::{Draft, FigureChange};
use crate::domain::time::Now;

/// Attempts for one version; then it waits for a person (`loa draft deliver`).
const TRIES_MAX: u32 = 6;
/// After the first attempt; doubles with each.
const RETRY_AFTER: TimeDelta = TimeDelta::minutes(15);
/// The longest wait for the mail server.
const MAIL_WAIT_MAX: Duration = Duration::from_secs(20);
/// The longest password, in bytes.
const PASSWORD_BYTES_MAX: u64 = 1_000;
/// Changed figures that are told one by one.
const CHANGES_MAX: usize = 50;

impl Desk {
    /// Hands a version over, unless that was done, was tried often enough, or was tried a moment ago.
    pub(super) async fn deliver_in_time(&self, draft: &Draft, now: Now) -> Result<(), DeskError> {
        let tried = self.store.deliveries(draft.number).await?;
        let wait = RETRY_AFTER * 2_i32.saturating_pow(tried.failed.saturating_sub(1).min(TRIES_MAX));
        let soon = tried.failed > 0 && tried.last.is_some_and(|last| now.wall < last + wait);
        if tried.done || tried.failed >= TRIES_MAX || soon || self.config.drafts.deliver == Deliver::Nowhere {
            return Ok(());
        }
        if let Err(error) = self.deliver(draft, now).await {
            let left = TRIES_MAX.saturating_sub(tried.failed + 1);
            let causes = error.causes.join(": ");
            tracing::warn!(%error, causes, left, "a draft of the report could not be handed over");
        }
        Ok(())
    }

    /// Hands a version over now, and writes down what became of it.
    pub(super) async fn deliver(&self, draft: &Draft, now: Now) -> Result<(), DeskError> {
        let report = self.draft_report(draft.number).await?;
        let name = file_name(draft);
        let letter = letter(draft, &report);
        let (way, sent) = match &self.config.drafts.deliver {
            Deliver::Nowhere => {
                let hint = "set `drafts.deliver` to \"folder\" or \"mail\" in the configuration";
                return Err(DeskError::refused("drafts are handed over to nobody").hint(hint));
            }
            Deliver::Folder(folder) => {
                let folder = folder.clone();
                let put = tokio::task::spawn_blocking(move || {
                    put(&folder, &format!("{name}.json"), report.as_bytes())?;
                    put(&folder, &format!("{name}.txt"), letter.as_bytes())
                });
                ("folder", put.await.unwrap_or_else(|error| Err(DeskError::of(ErrorKind::Failed, &error))))
            }
            Deliver::Mail(mail) => ("mail", send(mail, draft, &name, letter, report).await),
        };
        let error = sent.as_ref().err().map(ToString::to_string);
        self.store.note_delivery(draft.number, way, error.as_deref(), now.wall).await?;
        sent
    }
}

/// `bao-cao-2023-H1-CCHC-v1`.
fn file_name(draft: &Draft) -> String {
    let period = draft.period.text().replace("..", "_");
    let campaign = draft.campaign.as_ref().map(|code| format!("-{code}")).unwrap_or_default();
    format!("bao-cao-{period}{campaign}-v{}", draft.version)
}

/// What the person who gets it reads first.
fn letter(draft: &Draft, report: &str) -> String {
    let mut text = format!("DỰ THẢO BÁO CÁO {}, lần {}\n\n", draft.period.name_vi().to_uppercase(), draft.version);
    let document: Value = serde_json::from_str(report).unwrap_or_default();
    if !draft.changes.is_empty() {
        text.push_str("Số liệu thay đổi so với lần trước:\n");
        draft.changes.iter().take(CHANGES_MAX).for_each(|change| text.push_str(&changed(change)));
        if draft.changes.len() > CHANGES_MAX {
            let _infallible = writeln!(text, "- và {} số liệu khác", draft.changes.len() - CHANGES_MAX);
        }
        text.push('\n');
    }
    for (name, sentence) in document["sentences"].as_object().into_iter().flatten() {
        let _infallible = writeln!(text, "{name}  {}", sentence.as_str().unwrap_or_default());
    }
    match &draft.head {
        Some((seq, hash)) => {
            let _infallible = writeln!(text, "\nNguồn: nhật ký phát sóng đến dòng {seq}, mã băm {hash}.");
        }
        None => text.push_str("\nNguồn: nhật ký phát sóng chưa có dòng nào.\n"),
    }
    text
}

fn changed(change: &FigureChange) -> String {
    format!("- {}: {} -> {}\n", change.figure, change.before, change.after)
}

/// The file appears under its name only when it is whole and on the disk.
fn put(folder: &Path, name: &str, bytes: &[u8]) -> Result<(), DeskError> {
    let failed = |error: std::io::Error| {
        let text = format!("cannot write {name} into {}", folder.display());
        let hint = "check `drafts.folder`, its rights and the room on its disk";
        DeskError { causes: vec![error.to_string()], ..DeskError::new(ErrorKind::Failed, text).hint(hint) }
    };
    std::fs::create_dir_all(folder).map_err(failed)?;
    let mut file = tempfile::NamedTempFile::new_in(folder).map_err(failed)?;
    file.write_all(bytes).and_then(|()| file.as_file().sync_all()).map_err(failed)?;
    file.persist(folder.join(name)).map_err(|error| failed(error.error))?;
    Ok(())
}

async fn send(mail: &Mail, draft: &Draft, name: &str, letter: String, report: String) -> Result<(), DeskError> {
    let failed = |what: &str, error: &dyn std::error::Error| {
        let mut causes = vec![error.to_string()];
        let mut source = error.source();
        while let Some(error) = source {
            causes.push(error.to_string());
            source = error.source();
        }
        let hint = "check [drafts.mail] in the configuration, then try `loa draft deliver`";
        DeskError { causes, ..DeskError::new(ErrorKind::Failed, what).hint(hint) }
    };
    let text = SinglePart::builder().header(ContentType::TEXT_PLAIN).body(letter);
    let json =
        ContentType::parse("application/json").map_err(|error| failed("the mail cannot be put together", &error))?;
    let file = Attachment::new(format!("{name}.json")).body(report, json);
    let subject = format!("Dự thảo báo cáo {}, lần {}", draft.period.name_vi(), draft.version);
    let mut message = Message::builder().subject(subject);
    let address = |text: &str| text.parse().map_err(|error| failed(&format!("`{text}` is no mail address"), &error));
    message = message.from(address(&mail.from)?);
    for to in &mail.to {
        message = message.to(address(to)?);
    }
    let message = message.multipart(MultiPart::mixed().singlepart(text).singlepart(file));
    let message = message.map_err(|error| failed("the mail cannot be put together", &error))?;
    let transport = transport(mail).map_err(|error| failed(&format!("cannot speak to {}", mail.server), &error))?;
    let transport = match credentials(mail)? {
        Some(credentials) => transport.credentials(credentials),
        None => transport,
    };
    let sent = transport.port(mail.port).timeout(Some(MAIL_WAIT_MAX)).build().send(message).await;
    sent.map(drop).map_err(|error| failed(&format!("{} does not take the mail", mail.server), &error))
}

fn transport(
    mail: &Mail,
) -> Result<lettre::transport::smtp::AsyncSmtpTransportBuilder, lettre::transport::smtp::Error> {
    match mail.security {
        MailSecurity::StartTls => AsyncSmtpTransport::<Tokio1Executor>::starttls_relay(&mail.server),
        MailSecurity::Tls => AsyncSmtpTransport::<Tokio1Executor>::relay(&mail.server),
        MailSecurity::None => Ok(AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&mail.server)),
    }
}

/// Read at each sending, so that a changed password needs no restart, and is in no configuration that is shown.
fn credentials(mail: &Mail) -> Result<Option<Credentials>, DeskError> {
    use std::io::Read as _;
    let Some(user) = &mail.user else { return Ok(None) };
    let Some(path) = &mail.password_file else {
        let hint = "give `drafts.mail.password_file`, or leave `drafts.mail.user` empty";
        return Err(DeskError::refused("there is no password for the mail server").hint(hint));
    };
    let mut text = String::new();
    let read = std::fs::File::open(path).and_then(|file| file.take(PASSWORD_BYTES_MAX).read_to_string(&mut text));
    read.map_err(|error| {
        let text = format!("cannot read the password of the mail server in {}", path.display());
        DeskError { causes: vec![error.to_string()], ..DeskError::new(ErrorKind::Failed, text) }
    })?;
    Ok(Some(Credentials::new(user.clone(), text.lines().next().unwrap_or_default().to_owned())))
}
