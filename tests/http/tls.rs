//! The console with a certificate of its own.

use serde_json::json;
use ureq::Agent;
use ureq::tls::{Certificate, RootCerts, TlsConfig};

use super::{PASSWORD, PATIENCE, Station};
use crate::support::certificate::{Authority, written};
use crate::support::cli::Town;

/// A town whose console has these files.
fn town(certificate: &str, key: &str) -> Town {
    let town = Town::new();
    town.furnish();
    let [certificate, key] =
        [("console.pem", certificate), ("console.key", key)].map(|(name, text)| written(&town.data(), name, text));
    let config = std::fs::read_to_string(town.config()).unwrap();
    let files = format!("[console]\ntls_certificate = {certificate:?}\ntls_key = {key:?}");
    std::fs::write(town.config(), config.replacen("[console]", &files, 1)).unwrap();
    town
}

fn agent(trusted: &str) -> Agent {
    let roots = RootCerts::new_with_certs(&[Certificate::from_pem(trusted.as_bytes()).unwrap()]);
    let tls = TlsConfig::builder()
        .root_certs(roots)
        .unversioned_rustls_crypto_provider(std::sync::Arc::new(rustls::crypto::ring::default_provider()))
        .build();
    let config = Agent::config_builder().http_status_as_error(false).timeout_global(Some(PATIENCE)).tls_config(tls);
    config.build().into()
}

#[test]
fn with_a_certificate_the_console_is_there_only_over_tls_and_its_cookies_stay_there() {
    let authority = Authority::new();
    let (certificate, key) = authority.of_this_machine();
    let station = Station::of(town(&certificate, &key));
    assert!(station.url.starts_with("https://127.0.0.1:"), "{}", station.url);

    let mut browser = station.browser();
    browser.agent = agent(&authority.certificate);
    let code = std::fs::read_to_string(station.town.data().join("first-run-code")).unwrap();
    let first = json!({ "code": code.trim(), "name": "admin", "display_name": "Trần Thị Bình", "password": PASSWORD });
    browser.post("/first-run", &first).expect(201);
    let signed = browser.post("/session", &json!({ "name": "admin", "password": PASSWORD }));
    let cookie = signed.headers["set-cookie"].to_str().unwrap();
    assert!(cookie.contains("Secure") && cookie.contains("HttpOnly"), "{cookie}");
    browser.sign_in("admin", PASSWORD);
    assert_eq!(browser.get("/clips").expect(200)["items"].as_array().map(Vec::len), Some(3));

    let stranger = agent(&Authority::new().certificate).get(&station.url).call().unwrap_err();
    assert!(stranger.to_string().to_lowercase().contains("certificate"), "{stranger}");
    let plain = station.url.replacen("https", "http", 1);
    assert!(agent(&authority.certificate).get(&plain).call().is_err(), "it answers without TLS");
}

#[test]
fn a_key_of_another_certificate_leaves_the_station_on_air_without_a_console() {
    let authority = Authority::new();
    let ((certificate, _), (_, key)) = (authority.of_this_machine(), authority.of_this_machine());
    let town = town(&certificate, &key);
    let checked = town.loa(&["check"]);
    assert!(checked.out.contains("console.key") && checked.out.contains("console.tls_key"), "{}", checked.out);
    let daemon = town.start();
    assert_eq!(town.json(&["status"])["console"], serde_json::Value::Null);
    let (code, said) = daemon.end();
    assert!(code == 0 && said.contains("without its console") && said.contains("console.tls_key"), "{said}");
}
