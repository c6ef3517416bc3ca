//! A draft by mail, to a server that is one to the letter.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::thread::JoinHandle;

use super::drafts::{air, configured};

/// Takes one mail as RFC 5321 says and hands over what was said. `refuse` turns every recipient away.
fn server(refuse: bool) -> (u16, JoinHandle<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let serving = std::thread::spawn(move || {
        let (stream, _) = listener.accept().unwrap();
        converse(stream, refuse)
    });
    (port, serving)
}

fn converse(mut stream: TcpStream, refuse: bool) -> Vec<String> {
    let mut said = Vec::new();
    let say = |stream: &mut TcpStream, line: &str| drop(stream.write_all(format!("{line}\r\n").as_bytes()));
    say(&mut stream, "220 mail.test");
    let mut body = false;
    for line in BufReader::new(stream.try_clone().unwrap()).lines().map_while(Result::ok) {
        said.push(line.clone());
        let command = line.split([' ', ':']).next().unwrap_or_default().to_uppercase();
        match command.as_str() {
            _ if body => {
                if line == "." {
                    body = false;
                    say(&mut stream, "250 taken");
                }
            }
            "EHLO" => say(&mut stream, "250 mail.test"),
            "RCPT" if refuse => say(&mut stream, "550 no such person"),
            "DATA" => {
                body = true;
                say(&mut stream, "354 go on");
            }
            "QUIT" => {
                say(&mut stream, "221 bye");
                return said;
            }
            _ => say(&mut stream, "250 ok"),
        }
    }
    said
}

fn settings(port: u16) -> String {
    format!(
        "[drafts]\ndeliver = \"mail\"\n[drafts.mail]\nserver = \"127.0.0.1\"\nport = {port}\nsecurity = \"none\"\n\
         from = \"dai@laicach.gov.vn\"\nto = [\"vanphong@laicach.gov.vn\"]\n"
    )
}

#[tokio::test]
async fn a_draft_goes_by_mail_with_the_report_beside_it() {
    let (port, serving) = server(false);
    let town = configured(&settings(port));
    air(&town, 1..=2).await;
    town.loa(&["draft", "make", "--period", "2023-H1"]).done();
    town.loa(&["draft", "deliver", "--period", "2023-H1"]).done();
    let said = serving.join().unwrap().join("\n");
    for part in [
        "MAIL FROM:<dai@laicach.gov.vn>",
        "RCPT TO:<vanphong@laicach.gov.vn>",
        "filename=\"bao-cao-2023-H1-v1.json\"",
        "filename=\"bao-cao-2023-H1-v1.docx\"",
        "filename=\"bao-cao-2023-H1-v1.pdf\"",
        "Content-Type: application/pdf",
        "Subject: =?utf-8?",
    ] {
        assert!(said.contains(part), "{part} is not in\n{said}");
    }
}

/// The office's language, and documents only as long as they say the figures of their version.
#[tokio::test]
async fn a_letter_speaks_the_language_of_the_office_and_encloses_nothing_that_contradicts_it() {
    let town = configured("[report]\nlanguage = \"en\"\n[drafts]\ndeliver = \"folder\"\nfolder = \"gui\"\n");
    air(&town, 1..=2).await;
    town.loa(&["draft", "make", "--period", "2023-H1"]).done();
    let folder = town.data().join("gui");
    let letter = || std::fs::read_to_string(folder.join("bao-cao-2023-H1-v1.txt")).unwrap();
    town.loa(&["draft", "deliver", "--period", "2023-H1"]).done();
    let first = letter();
    assert!(first.starts_with("DRAFT REPORT FOR") && first.contains("Source: the as-run log up to record"), "{first}");
    assert!(!first.contains("enclosed"), "{first}");
    let word = folder.join("bao-cao-2023-H1-v1.docx");
    assert!(word.exists());

    std::fs::remove_file(&word).unwrap();
    air(&town, 3..=3).await;
    town.loa(&["draft", "deliver", "--period", "2023-H1"]).done();
    assert!(letter().contains("No documents are enclosed: the log says other figures since"), "{}", letter());
    assert!(!word.exists());
}

#[tokio::test]
async fn a_server_that_refuses_is_told_with_what_it_said() {
    let (port, serving) = server(true);
    let town = configured(&settings(port));
    air(&town, 1..=1).await;
    town.loa(&["draft", "make", "--period", "2023-H1"]).done();
    let ran = town.loa(&["draft", "deliver", "--period", "2023-H1"]);
    ran.failed(1, "127.0.0.1 does not take the mail").failed(1, "no such person").failed(1, "check [drafts.mail]");
    drop(serving.join());
    let nobody = configured("");
    air(&nobody, 1..=1).await;
    nobody.loa(&["draft", "make", "--period", "2023-H1"]).done();
    nobody.loa(&["draft", "deliver", "--period", "2023-H1"]).failed(1, "handed over to nobody");
}

#[test]
fn a_mail_that_cannot_work_is_a_mistake_of_the_configuration() {
    let town = configured("[drafts]\ndeliver = \"mail\"\n[drafts.mail]\nfrom = \"dai\"\n");
    let said = town.loa(&["draft", "list"]);
    let said = said.failed(2, "`drafts.mail.server` is \"\", expected a text");
    assert!(said.err.contains("`drafts.mail.from` is \"dai\", expected a mail address"), "{}", said.err);
    assert!(said.err.contains("`drafts.mail.to` is a list, expected at least one address"), "{}", said.err);
}
