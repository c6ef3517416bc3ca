//! Relays over TLS, from a real Icecast server with a certificate that the machine trusts, or does not.

use crate::support::certificate::{Authority, written};
use crate::support::cli::Town;
use crate::support::icecast::{Feed, Icecast};

#[test]
fn a_stream_over_tls_is_heard_where_its_certificate_is_trusted_and_named_where_it_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let authority = Authority::new();
    let (certificate, key) = authority.of_this_machine();
    let server = Icecast::start_with_tls(folder.path(), &format!("{certificate}{key}"));
    let _client = server.feed("live", 500, Feed::Mp3);
    let town = Town::new();
    town.configure(&format!(
        "\n[[relay]]\nid = \"dai-tinh\"\nname = \"Đài tỉnh\"\nsources = [\"{}\"]\n",
        server.secure_url("live")
    ));
    let probed = |trusted: &str| {
        let file = written(folder.path(), "trusted.pem", trusted);
        let mut command = town.command(&["relay", "probe", "dai-tinh"]);
        let output = command.env("SSL_CERT_FILE", file).env_remove("SSL_CERT_DIR").output().unwrap();
        let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        (output.status.success(), said)
    };
    let (well, said) = probed(&authority.certificate);
    assert!(well && said.contains("dBFS"), "{said}");
    let (well, said) = probed(&Authority::new().certificate);
    assert!(!well && said.to_lowercase().contains("certificate"), "{said}");
}
