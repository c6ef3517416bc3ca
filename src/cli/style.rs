//! What the terminal can show.

use std::io::IsTerminal;

/// What the terminal can show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Style {
    /// Whether standard output is a terminal.
    pub(super) terminal: bool,
    /// Whether to colour. What a colour says is always said in words as well.
    pub(super) colour: bool,
    /// Columns; none if nobody looks.
    pub(super) width: Option<u16>,
}

impl Style {
    pub(super) fn of_process() -> Self {
        let terminal = std::io::stdout().is_terminal();
        let colour = terminal && !wants_no_colour();
        let width = if terminal { comfy_table::Table::new().width() } else { None };
        Self { terminal, colour, width }
    }

    /// The text in a colour of the terminal (ECMA-48 number), if colours are wanted.
    pub(super) fn paint(self, number: u8, text: &str) -> String {
        if self.colour { format!("\u{1b}[{number}m{text}\u{1b}[0m") } else { text.to_owned() }
    }

    pub(super) fn good(self, text: &str) -> String {
        self.paint(32, text)
    }

    pub(super) fn doubtful(self, text: &str) -> String {
        self.paint(33, text)
    }

    pub(super) fn bad(self, text: &str) -> String {
        self.paint(31, text)
    }

    pub(super) fn strong(self, text: &str) -> String {
        self.paint(1, text)
    }
}

#[expect(clippy::disallowed_methods, reason = "conventions of terminals (no-color.org), not settings of the station")]
fn wants_no_colour() -> bool {
    let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
    set("NO_COLOR").is_some() || set("TERM").is_some_and(|terminal| terminal == "dumb")
}

/// The login name: of the person behind `sudo`, if there is one.
#[expect(clippy::disallowed_methods, reason = "who is logged in is said by the session, not by the configuration")]
pub(super) fn login_name() -> Option<String> {
    let session = ["SUDO_USER", "LOGNAME", "USER"].into_iter().filter_map(|name| std::env::var(name).ok());
    session.chain(account_name()).find(|name| !name.trim().is_empty())
}

/// The name of this user's account.
fn account_name() -> Option<String> {
    let user = rustix::process::getuid().as_raw().to_string();
    let accounts = std::fs::read_to_string("/etc/passwd").ok()?;
    accounts.lines().find_map(|line| {
        let mut fields = line.split(':');
        let (name, number) = (fields.next()?, fields.nth(1)?);
        (number == user).then(|| name.to_owned())
    })
}
