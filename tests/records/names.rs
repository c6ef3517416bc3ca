//! A report goes by the names of its period: agencies, recipients, relay sources.

use std::path::Path;

use loa::config::{Config, Sources};

use crate::support::cli::Town;

const MERGED: &str = "\
[[agency]]
name = \"Ủy ban nhân dân thị trấn Lai Cách\"
superior = \"UBND HUYỆN CẨM GIÀNG\"
to = 2025-06-30
[[agency]]
name = \"Ủy ban nhân dân xã Cẩm Giàng\"
station = \"Đài truyền thanh xã Cẩm Giàng\"
station_short = \"xã\"
from = 2025-07-01
[[recipient]]
text = \"UBND huyện (b/c)\"
to = 2025-06-30
[[recipient]]
text = \"UBND thành phố (b/c)\"
from = 2025-07-01
[[recipient]]
text = \"Lưu: VP\"
";

fn load(text: &str) -> Result<Config, String> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("loa.toml");
    std::fs::write(&file, text).unwrap();
    Config::load(&Sources { file: Some(file), ..Sources::default() })
        .map_err(|error| error.to_string().replace(&format!("{}/", folder.path().display()), ""))
}

#[test]
fn names_change_on_their_day() {
    let config = load(MERGED).unwrap();
    let on = |day: &str| config.office.on(day.parse().unwrap());
    let before = on("2025-06-30");
    let agency = before.agency.unwrap();
    assert_eq!(agency.heading, ["ỦY BAN NHÂN DÂN", "THỊ TRẤN LAI CÁCH"]);
    assert_eq!((agency.place.as_str(), agency.symbol.as_str()), ("Lai Cách", "BC-UBND"));
    assert_eq!(agency.superior.as_deref(), Some("UBND HUYỆN CẨM GIÀNG"));
    assert_eq!(before.recipients, ["UBND huyện (b/c)", "Lưu: VP"]);
    let after = on("2025-07-01");
    let agency = after.agency.unwrap();
    assert_eq!((agency.place.as_str(), agency.superior.as_deref()), ("Cẩm Giàng", None));
    assert_eq!((agency.station_short.as_str(), agency.signer.len()), ("xã", 3));
    assert_eq!(after.recipients, ["UBND thành phố (b/c)", "Lưu: VP"]);
}

#[test]
fn without_an_agency_of_its_own_a_station_reports_in_its_own_name() {
    let config = load("[station]\nagency = \"Ủy ban nhân dân phường Hải Tân\"\nshort_name = \"phường\"\n").unwrap();
    let agency = config.agency_on("2026-06-14".parse().unwrap()).unwrap();
    assert_eq!(agency.heading, ["ỦY BAN NHÂN DÂN", "PHƯỜNG HẢI TÂN"]);
    assert_eq!((agency.place.as_str(), agency.station_short.as_str()), ("Hải Tân", "phường"));
}

#[test]
fn gaps_and_overlaps_are_told_with_place_and_remedy() {
    let told = |from: &str| load(&MERGED.replacen("from = 2025-07-01", from, 1)).unwrap_err();
    let gap = told("from = 2025-07-03");
    assert!(
        gap.contains(
            "loa.toml:9: `agency.1.from` is 2025-07-03, expected 2025-07-01, the day after agency.0 ends\n  \
             hint: nothing is named from 2025-07-01 to 2025-07-02; let them follow each other"
        ),
        "{gap}"
    );
    let overlap = told("from = 2025-06-01");
    assert!(
        overlap.contains("`agency.1.from` is 2025-06-01, expected a day after 2025-06-30, when agency.0 ends"),
        "{overlap}"
    );
    let open = told("");
    assert!(open.contains("`agency.0.from` is") || open.contains("`agency.1.from` is"), "{open}");
    let twice = load("[[recipient]]\ntext = \"Lưu: VP\"\n[[recipient]]\ntext = \"Lưu: VP\"\n").unwrap_err();
    assert!(twice.contains("loa.toml:3: `recipient.1.from` is open, expected no other recipient"), "{twice}");
    let inverted = load("[[relay_source]]\nname = \"Đài huyện\"\nfrom = 2025-01-01\nto = 2024-01-01\n").unwrap_err();
    assert!(
        inverted.contains("loa.toml:4: `relay_source.0.to` is 2024-01-01, expected a day on or after"),
        "{inverted}"
    );
}

#[test]
fn a_basis_document_without_a_right_number_is_told() {
    let text = "[[campaign]]\ncode = \"A\"\nname = \"a\"\n[[campaign.basis_document]]\nkind = \"Kế hoạch\"\nnumber = \"KH 5\"\n\
                date = 2023-01-03\nissuer = \"UBND\"\n";
    let told = load(text).unwrap_err();
    assert!(
        told.contains("loa.toml:6: `campaign.0.basis_document.0.number` is \"KH 5\", expected a number as"),
        "{told}"
    );
    let missing = load(&text.replace("date = 2023-01-03\n", "").replace("KH 5", "05/KH-UBND")).unwrap_err();
    assert!(missing.contains("`campaign.0.basis_document.0.date` is missing"), "{missing}");
    let topics =
        load("[[campaign]]\ncode = \"A\"\nname = \"a\"\ntopics_to_cover = [\"CCHC\", \"CCHCX\"]\n").unwrap_err();
    assert!(topics.contains("expected codes of topics; `CCHCX` is none"), "{topics}");
}

#[test]
fn a_campaign_of_ones_own_takes_no_documents_of_the_shipped_one() {
    let config = load("[[campaign]]\ncode = \"A\"\nname = \"a\"\n").unwrap();
    assert!(config.campaigns[0].basis_documents.is_empty() && config.campaigns[0].basis_line().is_empty());
    let shipped = Config::load(&Sources::default()).unwrap();
    assert_eq!(shipped.campaigns[0].basis_documents.len(), 3);
}

#[test]
fn the_report_of_an_old_period_speaks_in_the_old_names() {
    let town = Town::new();
    let mut config = std::fs::read_to_string(town.config()).unwrap();
    config.push_str(MERGED);
    std::fs::write(town.config(), config).unwrap();
    town.furnish();
    let said = |period: &str| {
        let report = town.json(&["report", "--period", period]);
        (report["station"].as_str().unwrap().to_owned(), report["sentences"]["T3"].as_str().unwrap().to_owned())
    };
    let (station, relays) = said("2025-H1");
    assert_eq!(station, "Đài truyền thanh thị trấn Lai Cách");
    assert!(relays.starts_with("Đài truyền thanh thị trấn không"), "{relays}");
    let (station, relays) = said("2025-H2");
    assert_eq!(station, "Đài truyền thanh xã Cẩm Giàng");
    assert!(relays.starts_with("Đài truyền thanh xã không"), "{relays}");
    let cited = town.json(&["report", "--period", "2023-H1", "--campaign", "CCHC"])["sentences"]["T8"].clone();
    assert_eq!(
        cited,
        "Thực hiện Kế hoạch số 131/KH-UBND ngày 30/12/2022 của UBND huyện về cải cách hành chính năm 2023; Kế hoạch số \
         56/KH-UBND ngày 27/12/2022 của UBND thị trấn Lai Cách về thực hiện cải cách hành chính thị trấn Lai Cách năm \
         2023; Kế hoạch số 05/KH-UBND ngày 03/01/2023 của UBND thị trấn Lai Cách về tuyên truyền thực hiện cải cách hành \
         chính thị trấn Lai Cách năm 2023."
    );
    assert!(Path::new(&town.config()).is_file());
}
