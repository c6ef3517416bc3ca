//! The description of the API, pinned.

use std::path::Path;

use super::Station;

const PINNED: &str = "docs/openapi.json";

fn described() -> String {
    let mut text = loa::http::openapi().to_pretty_json().unwrap();
    text.push('\n');
    text
}

#[test]
fn the_description_is_the_pinned_one() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(PINNED);
    if std::env::var_os("LOA_BLESS").is_some() {
        std::fs::write(&path, described()).unwrap();
    }
    let pinned = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        pinned == described(),
        "{PINNED} is not what the code says: look at the difference after `LOA_BLESS=1 cargo test openapi the_description`"
    );
}

#[test]
fn every_operation_says_how_it_fails_and_how_one_signs_in() {
    let document: serde_json::Value = serde_json::from_str(&described()).unwrap();
    let schemes = &document["components"]["securitySchemes"];
    assert!(schemes["session"].is_object() && schemes["token"].is_object());
    let mut operations = 0;
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            operations += 1;
            assert!(path.starts_with("/api/v1/"), "{path}");
            for status in ["400", "401", "403", "404", "409", "413", "422", "500", "503"] {
                let content = &operation["responses"][status]["content"];
                assert!(content["application/problem+json"].is_object(), "{method} {path} does not tell of {status}");
            }
            assert!(operation["summary"].is_string() || operation["description"].is_string(), "{method} {path}");
        }
    }
    assert!(operations > 10, "{operations}");
}

#[test]
fn whatever_it_refers_to_is_there() {
    let document: serde_json::Value = serde_json::from_str(&described()).unwrap();
    let mut referred = Vec::new();
    references(&document, &mut referred);
    assert!(!referred.is_empty());
    for reference in referred {
        let pointer = reference.strip_prefix('#').unwrap();
        assert!(document.pointer(pointer).is_some(), "{reference} is nowhere");
    }
}

fn references(value: &serde_json::Value, found: &mut Vec<String>) {
    match value {
        serde_json::Value::Object(fields) => {
            found.extend(fields.get("$ref").and_then(|to| to.as_str()).map(str::to_owned));
            fields.values().for_each(|value| references(value, found));
        }
        serde_json::Value::Array(items) => items.iter().for_each(|value| references(value, found)),
        _ => {}
    }
}

#[test]
fn it_is_served_without_signing_in_and_wrong_addresses_are_problems() {
    let station = Station::new();
    let mut browser = station.browser();
    assert_eq!(browser.get("/openapi.json").expect(200)["openapi"], "3.1.0");
    browser.get("/no/such/thing").refused(404, "no_such_address");
    browser.send("DELETE", "/openapi.json", None).refused(405, "method");
    browser.get("/status").refused(401, "sign_in");
}
