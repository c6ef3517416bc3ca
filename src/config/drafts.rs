//! Drafts of reports that are made without being asked for, and where they go.

use std::path::{Path, PathBuf};

use super::reader::Reader;
use crate::domain::report::{DraftRule, Every, MonthRule};

/// The most campaigns with a draft of their own.
const CAMPAIGNS_MAX: usize = 50;
/// The most addresses that a draft is mailed to.
const ADDRESSES_MAX: usize = 20;

/// Drafts of reports that are made without being asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drafts {
    /// When.
    pub rule: DraftRule,
    /// Where they go besides the data folder.
    pub deliver: Deliver,
}

/// Where a draft goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Deliver {
    /// Nowhere: it waits to be looked at.
    Nowhere,
    /// Into a folder.
    Folder(PathBuf),
    /// By mail.
    Mail(Mail),
}

/// How a draft is mailed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// Name of the server.
    pub server: String,
    /// Its port.
    pub port: u16,
    /// How the way there is kept secret.
    pub security: MailSecurity,
    /// Name to sign in with; none if the server asks for none.
    pub user: Option<String>,
    /// The file whose first line is the password.
    pub password_file: Option<PathBuf>,
    /// Whose mail it is.
    pub from: String,
    /// Who gets it; at least one.
    pub to: Vec<String>,
}

/// How the way to the mail server is kept secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailSecurity {
    /// TLS begun by STARTTLS, and no mail without it.
    StartTls,
    /// TLS from the first byte.
    Tls,
    /// Not at all: for a server on the same machine.
    None,
}

impl Drafts {
    pub(super) fn read(reader: &Reader<'_>, data: &Path, month_rule: Option<MonthRule>) -> Option<Self> {
        let every = reader.choice(
            "every",
            [
                ("off", None),
                ("month", Some(Every::Month)),
                ("quarter", Some(Every::Quarter)),
                ("half", Some(Every::Half)),
                ("year", Some(Every::Year)),
            ],
        );
        let campaigns = reader.texts("campaigns", CAMPAIGNS_MAX);
        let rule = DraftRule {
            every: every.flatten(),
            after_days: reader.whole("after_days", &(0..=60), "days"),
            watch_days: reader.whole("watch_days", &(0..=366), "days"),
            campaigns: if campaigns.is_empty() { vec![None] } else { campaigns.into_iter().map(Some).collect() },
            month_rule: month_rule.unwrap_or_default(),
        };
        // 0, 1, 2 stand for the ways, so that the parts of each are read and checked whichever is chosen.
        let way = reader.choice("deliver", [("none", 0), ("folder", 1), ("mail", 2)]);
        let folder = data.join(reader.text("folder"));
        let mail = Mail::read(&reader.section("mail"), way == Some(2));
        let deliver = match way? {
            0 => Deliver::Nowhere,
            1 => Deliver::Folder(folder),
            _ => Deliver::Mail(mail?),
        };
        every?;
        Some(Self { rule, deliver })
    }
}

impl Mail {
    /// `wanted` if mail is chosen: then nothing of it may be empty.
    fn read(reader: &Reader<'_>, wanted: bool) -> Option<Self> {
        let needed = |key: &str| if wanted { reader.text(key) } else { reader.text_or_empty(key) };
        let security = reader.choice(
            "security",
            [("starttls", MailSecurity::StartTls), ("tls", MailSecurity::Tls), ("none", MailSecurity::None)],
        );
        let to = reader.texts("to", ADDRESSES_MAX);
        if wanted && to.is_empty() {
            reader.reject("to", "at least one address", "write to = [\"name@office.gov.vn\"]");
        }
        for (key, address) in to.iter().map(|address| ("to", address)).chain([("from", &reader.text_or_empty("from"))])
        {
            let fits = |(name, host): (&str, &str)| {
                !name.is_empty() && host.contains('.') && !address.contains(char::is_whitespace)
            };
            if !address.is_empty() && !address.rsplit_once('@').is_some_and(fits) {
                reader.reject(key, "a mail address", "for example name@office.gov.vn");
            }
        }
        Some(Self {
            server: needed("server"),
            port: reader.whole("port", &(1..=65_535), ""),
            user: Some(reader.text_or_empty("user")).filter(|user| !user.is_empty()),
            password_file: reader.path("password_file"),
            from: needed("from"),
            security: security?,
            to,
        })
    }
}
