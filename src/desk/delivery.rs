//! A draft on its way out: into a folder or by mail. It is tried again a few times, and the sound never waits for it.

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
use super::paper::PaperQuery;
use super::report::ReportQuery;
use crate::config::{Deliver, Mail, MailSecurity};
use crate::domain::report::{Draft, FigureChange, Figures};
use crate::domain::time::Now;
use crate::domain::words::Language;
use crate::export::Form;

/// Attempts for one version; then it waits for a person (`loa draft deliver`).
const TRIES_MAX: u32 = 6;
/// After the first attempt; doubles with each.
const RETRY_AFTER: TimeDelta = TimeDelta::minutes(15);
/// The longest wait for the mail server.
const MAIL_WAIT_MAX: Duration = Duration::from_secs(20);
/// The longest password, in bytes.
const PASSWORD_BYTES_MAX: u64 = 1_000;
/// The largest document that goes with a letter, in bytes: with its coding two of them stay below the 25 MB of usual servers.
const ENCLOSED_BYTES_MAX: usize = 8_000_000;
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
        let language = self.config.report.language;
        let papers = self.papers(draft, now).await;
        let letter = letter(draft, &report, &papers, language);
        let mut parcel = vec![Enclosed::new(&name, Form::Json, report.into_bytes())];
        parcel.extend(papers.files.into_iter().map(|(form, bytes)| Enclosed::new(&name, form, bytes)));
        let (way, sent) = match &self.config.drafts.deliver {
            Deliver::Nowhere => {
                let hint = "set `drafts.deliver` to \"folder\" or \"mail\" in the configuration";
                return Err(DeskError::refused("drafts are handed over to nobody").hint(hint));
            }
            Deliver::Folder(folder) => {
                let folder = folder.clone();
                let put = tokio::task::spawn_blocking(move || {
                    for Enclosed { name, bytes, .. } in &parcel {
                        put(&folder, name, bytes)?;
                    }
                    // Last: where the letter lies, everything does.
                    put(&folder, &format!("{name}.txt"), letter.as_bytes())
                });
                ("folder", put.await.unwrap_or_else(|error| Err(DeskError::of(ErrorKind::Failed, &error))))
            }
            Deliver::Mail(mail) => ("mail", send(mail, subject(draft, language), letter, parcel).await),
        };
        let error = sent.as_ref().err().map(ToString::to_string);
        self.store.note_delivery(draft.number, way, error.as_deref(), now.wall).await?;
        sent
    }

    /// The version as documents to sign. Its figures are kept and its documents are not, so they are set now; if the log says
    /// other figures by now, documents would contradict the version, and there are none.
    async fn papers(&self, draft: &Draft, now: Now) -> Papers {
        let report = ReportQuery { period: draft.period, campaign: draft.campaign.clone() };
        let language = self.config.report.language;
        let query = PaperQuery { report, language, texts: Some(draft.sections.clone()), typed: Vec::new() };
        let mut papers = Papers::default();
        let paper = match self.report_paper(&query, now).await {
            Ok(paper) => paper,
            Err(error) => return Papers { missing: Some(Missing::Refused(error.to_string())), ..papers },
        };
        if Figures::of(&paper.document.report, &paper.document.activities) != draft.figures {
            papers.missing = Some(Missing::OtherFigures);
            return papers;
        }
        let sentences = paper.document.sentences.named();
        papers.sentences = sentences.map(|(name, text)| (name.to_owned(), text.to_owned())).into();
        for form in [Form::Docx, Form::Pdf] {
            match self.paper_as(&paper, form).await {
                Ok(bytes) if bytes.len() > ENCLOSED_BYTES_MAX => papers.missing = Some(Missing::TooLarge(form)),
                Ok(bytes) => papers.files.push((form, bytes)),
                Err(error) => papers.missing = Some(Missing::Refused(error.to_string())),
            }
        }
        papers
    }
}

/// A version as documents.
#[derive(Debug, Default)]
struct Papers {
    files: Vec<(Form, Vec<u8>)>,
    /// The counts in words, in the language of the documents; empty if there are none.
    sentences: Vec<(String, String)>,
    /// Why one is not there.
    missing: Option<Missing>,
}

/// Why a document does not go with the letter.
#[derive(Debug)]
enum Missing {
    /// The log was corrected since.
    OtherFigures,
    /// Larger than mail servers take.
    TooLarge(Form),
    /// A template will not do.
    Refused(String),
}

/// A file that goes with the letter.
struct Enclosed {
    name: String,
    media: &'static str,
    bytes: Vec<u8>,
}

impl Enclosed {
    fn new(name: &str, form: Form, bytes: Vec<u8>) -> Self {
        Self { name: format!("{name}.{}", form.extension()), media: form.media_type(), bytes }
    }
}

/// `bao-cao-2023-H1-CCHC-v1`.
fn file_name(draft: &Draft) -> String {
    let period = draft.period.file_part();
    let campaign = draft.campaign.as_ref().map(|code| format!("-{code}")).unwrap_or_default();
    format!("bao-cao-{period}{campaign}-v{}", draft.version)
}

fn subject(draft: &Draft, language: Language) -> String {
    match language {
        Language::Vi => format!("Dự thảo báo cáo {}, lần {}", draft.period.name_vi(), draft.version),
        Language::En => format!("Draft report for {}, version {}", draft.period.name_en(), draft.version),
    }
}

/// What the person who gets it reads first.
fn letter(draft: &Draft, report: &str, papers: &Papers, language: Language) -> String {
    let in_language = |vi: &'static str, en: &'static str| match language {
        Language::Vi => vi,
        Language::En => en,
    };
    let mut lines = vec![subject(draft, language).to_uppercase(), String::new()];
    if !draft.changes.is_empty() {
        let heading =
            in_language("Số liệu thay đổi so với lần trước:", "Figures that changed since the version before:");
        lines.push(heading.to_owned());
        lines.extend(draft.changes.iter().take(CHANGES_MAX).map(changed));
        let more = draft.changes.len().saturating_sub(CHANGES_MAX);
        if more > 0 {
            lines.push(format!("- {} {more} {}", in_language("và", "and"), in_language("số liệu khác", "others")));
        }
        lines.push(String::new());
    }
    if papers.sentences.is_empty() {
        // Those that were filed with the version.
        let document: Value = serde_json::from_str(report).unwrap_or_default();
        let filed = document["sentences"].as_object().into_iter().flatten();
        lines.extend(filed.map(|(name, sentence)| format!("{name}  {}", sentence.as_str().unwrap_or_default())));
    } else {
        lines.extend(papers.sentences.iter().map(|(name, sentence)| format!("{name}  {sentence}")));
    }
    lines.push(String::new());
    lines.push(match (&draft.head, language) {
        (Some((seq, hash)), Language::Vi) => format!("Nguồn: nhật ký phát sóng đến dòng {seq}, mã băm {hash}."),
        (Some((seq, hash)), Language::En) => format!("Source: the as-run log up to record {seq}, hash {hash}."),
        (None, _) => in_language(
            "Nguồn: nhật ký phát sóng chưa có dòng nào.",
            "Source: the as-run log, which has no record yet.",
        )
        .to_owned(),
    });
    if let Some(missing) = &papers.missing {
        lines.push(missing.told(language));
    }
    lines.push(String::new());
    lines.join("\n")
}

impl Missing {
    fn told(&self, language: Language) -> String {
        match (self, language) {
            (Self::OtherFigures, Language::Vi) => {
                "Không kèm văn bản: nhật ký đã có số liệu mới sau lần dự thảo này; hãy lập lần mới.".to_owned()
            }
            (Self::OtherFigures, Language::En) => {
                "No documents are enclosed: the log says other figures since; make another version.".to_owned()
            }
            (Self::TooLarge(form), Language::Vi) => {
                format!("Không kèm bản {}: tệp quá lớn; hãy tải về từ trang của đài.", form.extension())
            }
            (Self::TooLarge(form), Language::En) => {
                format!("The {} is not enclosed, for its size; download it from the console.", form.extension())
            }
            (Self::Refused(error), Language::Vi) => format!("Không kèm văn bản vì biểu mẫu có lỗi: {error}"),
            (Self::Refused(error), Language::En) => {
                format!("Documents are missing, for a template will not do: {error}")
            }
        }
    }
}

fn changed(change: &FigureChange) -> String {
    format!("- {}: {} -> {}", change.figure, change.before, change.after)
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

async fn send(mail: &Mail, subject: String, letter: String, parcel: Vec<Enclosed>) -> Result<(), DeskError> {
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
    let mut parts = MultiPart::mixed().singlepart(text);
    for Enclosed { name, media, bytes } in parcel {
        let media = ContentType::parse(media).map_err(|error| failed("the mail cannot be put together", &error))?;
        parts = parts.singlepart(Attachment::new(name).body(bytes, media));
    }
    let mut message = Message::builder().subject(subject);
    let address = |text: &str| text.parse().map_err(|error| failed(&format!("`{text}` is no mail address"), &error));
    message = message.from(address(&mail.from)?);
    for to in &mail.to {
        message = message.to(address(to)?);
    }
    let message = message.multipart(parts);
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
