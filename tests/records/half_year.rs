//! The whole of report 65/BC-UBND: a hundred items on air from the log, 196 on the portal from the ledger.

use std::path::Path;

use chrono::NaiveDate;
use loa::config::{Config, Sources};
use loa::desk::{parse_feed, parse_table};
use loa::domain::ledger::ActivityDraft;
use loa::rehearsal::simulate;
use loa::store::{OpenAs, Settings, Store};
use serde_json::{Value, json};

use super::feeds::{query, rss};
use crate::support::cli::Town;

/// What the portal's feed lists: 150 articles that name the reform within the half-year, among others.
fn feed() -> String {
    let first = NaiveDate::from_ymd_opt(2022, 12, 15).unwrap();
    let mut items = Vec::new();
    for n in 0..150_i64 {
        let title = match n % 3 {
            0 => format!("Cải cách hành chính: một cửa số {n}"),
            1 => format!("Kết quả CCHC tháng {n}"),
            _ => format!("ĐẨY MẠNH CẢI CÁCH HÀNH CHÍNH {n}"),
        };
        let day = first + chrono::TimeDelta::days(n % 182);
        items.push((
            title,
            format!("https://laicach.gov.vn/cchc/{n}"),
            day.format("%a, %d %b %Y 09:00:00 +0700").to_string(),
        ));
    }
    let other = |n: i64| {
        (
            "Tin thể thao".to_owned(),
            format!("https://laicach.gov.vn/tt/{n}"),
            "Mon, 06 Mar 2023 08:00:00 +0700".to_owned(),
        )
    };
    items.extend((0..60).map(other));
    let late = ("Tin CCHC của kỳ sau".to_owned(), "https://laicach.gov.vn/cchc/999".to_owned());
    items.push((late.0, late.1, "Thu, 15 Jun 2023 08:00:00 +0700".to_owned()));
    rss(&items)
}

/// What the clerk kept by hand: 46 more, and four that the feed has as well.
fn table() -> String {
    let own =
        (0..46).map(|n| format!("tin bài,2023-05-{:02},Bài ghi sổ {n},https://laicach.gov.vn/so/{n}\n", n % 28 + 1));
    let known =
        (0..4).map(|n| format!("tin bài,2022-12-15,Bài có trong nguồn tin,http://www.laicach.gov.vn/cchc/{n}/\n"));
    let rows: String = own.chain(known).collect();
    format!("hình thức,ngày,tiêu đề,liên kết\n{rows}hội nghị,2023-03-08,Hội nghị Đề án 06,\n")
}

async fn enter(folder: &Path, config: &Config, drafts: &[ActivityDraft]) -> (usize, u32) {
    let settings = Settings { zone: config.station.time_zone, counted_from: config.report.counted_from };
    let store = Store::open(folder, OpenAs::Simulated, settings).await.unwrap();
    let at = "2023-06-15T01:00:00Z".parse().unwrap();
    let entered = store.enter_activities(drafts, false, "Lê Chi", at).await.unwrap();
    store.close().await;
    (entered.added.len(), entered.known)
}

#[tokio::test]
async fn a_hundred_items_on_air_and_a_hundred_and_ninety_six_on_the_portal() {
    let town = Town::new();
    let config = Config::load(&Sources::default()).unwrap();
    let scenario = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scenarios/lai-cach-2023-h1.toml");
    simulate(&scenario, &town.data(), &config).await.unwrap();

    let found =
        parse_feed(feed().as_bytes(), "https://laicach.gov.vn/rss", &query(&["cải cách hành chính", "CCHC"])).unwrap();
    assert_eq!((found.sum.entries, found.sum.wanted, found.sum.other), (211, 151, 60));
    assert_eq!(enter(&town.data(), &config, &found.articles).await, (151, 0));
    let mut rows = parse_table(table().as_bytes(), "so-theo-doi.csv").unwrap();
    rows.iter_mut().for_each(|row| row.campaign = Some("CCHC".to_owned()));
    assert_eq!(enter(&town.data(), &config, &rows).await, (47, 4));

    let report = town.json(&["report", "--period", "2023-H1", "--campaign", "CCHC"]);
    assert_eq!(report["items"], 100);
    let of =
        |kind: &str| report["activities"].as_array().unwrap().iter().find(|sum| sum["kind"] == kind).unwrap().clone();
    let portal = of("portal_article");
    assert_eq!((&portal["count"], &portal["by_hand"], &portal["from_feed"]), (&json!(196), &json!(46), &json!(150)));
    assert_eq!((&portal["proven"], &of("conference")["proven"]), (&json!(196), &json!(0)));
    let said = |name: &str| report["sentences"][name].as_str().unwrap().to_owned();
    assert!(
        said("T1").starts_with("Trong 6 tháng đầu năm 2023, Đài truyền thanh thị trấn đã phát 100 tin bài"),
        "{report}"
    );
    assert_eq!(
        said("T10"),
        "Trong 6 tháng đầu năm 2023, đã có 196(*) tin bài về cải cách hành chính được đăng tải trên Cổng thông tin điện tử \
         thị trấn."
    );
    assert_eq!(said("T11"), "Đã tổ chức 01(*) hội nghị, chuyên đề tuyên truyền về cải cách hành chính.");
    assert!(said("T13").starts_with("Sổ hoạt động chưa ghi"), "{report}");

    let rounded = ["report", "--period", "2023-H1", "--campaign", "CCHC", "--set", "report.rounding=tren"];
    assert!(town.json(&rounded)["sentences"]["T10"].as_str().unwrap().contains("đã có trên 190(*) tin bài"));
    let page = town.loa(&["report", "--period", "2023-H1"]).done().out;
    let note = "(*) Số liệu lấy từ sổ hoạt động, không phải từ nhật ký phát sóng (tin bài trên Cổng thông tin điện tử: nhập \
                tay 46, đếm từ nguồn tin của Cổng 150, có minh chứng 196; hội nghị, chuyên đề: nhập tay 1, có minh chứng 0).";
    assert!(page.contains(note), "{note} is not in\n{page}");
    let sheet = town.loa(&["report", "--period", "2023-H1", "--csv"]).done().out;
    assert!(sheet.contains("Sổ hoạt động,portal_article,tin bài trên Cổng thông tin điện tử,,196"), "{sheet}");
    assert_eq!(town.json(&["report", "--period", "2023-H2"])["activities"][1]["count"], Value::from(1));
}
