//! Reports: periods, figures, the rows under them, files.

use serde_json::json;

use super::Station;

#[test]
fn the_figures_of_a_period_lead_to_their_rows() {
    let station = Station::new();
    let mut admin = station.admin();
    let mut events = admin.events();
    admin.post("/air/play", &json!({ "clip": 2 })).expect(204);
    events.until(|name, data| name == "live" && data["on_air"].is_object());
    admin.post("/air/stop", &json!({})).expect(204);
    let row = admin.latest_airing(&mut events);
    let correction = json!({ "why": "đã nghe đủ", "counted": true, "topic": "CCHC.KQ" });
    admin.post(&format!("/log/airings/{}/corrections", row["id"].as_str().unwrap()), &correction).expect(201);

    let periods = admin.get("/report/periods").expect(200);
    assert_eq!((&periods["usual"], &periods["periods"][0]["preset"]), (&json!("nd09"), &json!("nd09")));
    let day = row["start"].as_str().unwrap()[..10].to_owned();
    let holds = |period: &&serde_json::Value| {
        let [from, to] = ["from", "to"].map(|end| period[end].as_str().unwrap().to_owned());
        from <= day && day <= to
    };
    let current: Vec<_> = periods["periods"].as_array().unwrap().iter().filter(holds).collect();
    assert_eq!(current.len(), 8, "a year, a half, a quarter and a month of either calendar: {current:#?}");

    let period = current[0]["text"].as_str().unwrap();
    let report = admin.get(&format!("/report?period={period}")).expect(200);
    let figures = report["figures"].as_array().unwrap();
    let count = |name: &str| figures.iter().find(|figure| figure["name"] == name).unwrap()["count"].clone();
    assert_eq!((count("items"), count("airings")), (json!(1), json!(1)));
    assert_eq!(report["by_topic"][0]["figure"], "topic=CCHC.KQ");
    let groups = ["by_topic", "by_campaign", "by_genre", "by_month", "by_weekday", "by_source"];
    let lines = groups.iter().flat_map(|group| report[group].as_array().unwrap());
    let named = figures.iter().map(|figure| (&figure["figure"], &figure["count"]));
    for (figure, count) in named.chain(lines.map(|line| (&line["figure"], &line["airings"]))) {
        let Some(figure) = figure.as_str() else { continue };
        let rows = admin.get(&format!("/report/rows?period={period}&figure={figure}")).expect(200);
        let found = ["clips", "items"].map(|sort| rows[sort].as_array().unwrap().len());
        assert_eq!(json!(found[0] + found[1]), *count, "{figure}");
    }
    assert!(report["sentences"][0]["vi"].as_str().unwrap().contains("01 tin bài"));
    assert!(report["sentences"][0]["en"].as_str().unwrap().contains("1 item in 1 airing"));
    assert_eq!(report["log_head"]["hash"].as_str().unwrap().len(), 64);

    admin.get("/report").refused(422, "no_period");
    admin.get("/report?period=2026-H3").refused(422, "wrong_period");
    admin.get(&format!("/report/rows?period={period}&figure=joy")).refused(422, "no_such_figure");
    let file = admin.get(&format!("/report/download?period={period}&format=csv"));
    assert!(file.headers["content-disposition"].to_str().unwrap().contains(&format!("bao-cao-{period}.csv")));
    assert!(String::from_utf8(file.bytes).unwrap().contains("tin bài"));
}
