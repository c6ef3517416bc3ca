//! The operator's day: from recordings to the report, without sound.

use serde_json::Value;

use crate::support::cli::{Town, at, moment, soon};

#[test]
fn a_day_from_recordings_to_the_report() {
    let town = Town::new();
    town.furnish();
    let queued = town.json(&["queue", "add", "một cửa", "3"]);
    assert_eq!((&queued[0]["entry"], &queued[1]["clip"]), (&Value::from(1), &Value::from(3)));

    let daemon = town.start();
    let mut log = town.follow(&["log", "--follow", "--json"]);
    let start = soon(6);
    let cron = at(start);
    let fields = ["--at", &cron, "--element", "ident:1", "--element", "queue:2", "--length", "2m", "--grace", "1m"];
    let mut add = vec!["slot", "add", "sang", "--name", "Bản tin sáng"];
    add.extend(fields);
    let saved = town.json(&add);
    assert_eq!(saved["slot"]["elements"][1]["count"], 2);
    let planned = town.json(&["plan"]);
    let occurrence = &planned[0];
    assert_eq!(occurrence["slot"], "sang");
    assert_eq!(moment(&occurrence["start"]).timestamp(), start.timestamp());
    let titles: Vec<_> = occurrence["elements"].as_array().unwrap().iter().map(|of| of["title"].as_str()).collect();
    assert_eq!(titles, [Some("Nhạc hiệu Đài"), Some("Bộ phận một cửa"), Some("Dịch vụ công trực tuyến")]);

    // The tune, then the first item to its end.
    let tune = log.until(|row| row["kind"] == "ident" && row["outcome"] == "aired");
    // On its second, or later if the machine is busy with other tests; never before.
    let late_ms = (moment(&tune["start"]) - start.with_timezone(&chrono::Utc)).num_milliseconds();
    assert!((-1..60_000).contains(&late_ms), "started {late_ms} ms after its second");
    let mut watch = town.follow(&["status", "--watch", "--json"]);
    let status = watch.until(|status| status["on_air"]["title"] == "Bộ phận một cửa");
    assert_eq!(status["running"], true);
    assert_eq!(status["pid"], daemon.pid());
    assert_eq!(status["on_air"]["title"], "Bộ phận một cửa");
    assert_eq!(status["on_air"]["length_s"], 6.0);
    assert_eq!(status["output"]["state"], "open");
    assert_eq!(status["upcoming"][0]["title"], "Dịch vụ công trực tuyến");
    assert_eq!(status["today"][0]["outcome"], Value::Null);
    let item = log.until(|row| row["title"] == "Bộ phận một cửa" && row["outcome"] == "aired");
    assert_eq!((&item["frames"], &item["counted"]), (&item["frames_total"], &Value::from(true)));
    assert_eq!(item["author"], "Lê Chi");
    assert_eq!(item["approver"], "Nguyễn Văn An");

    // The second is skipped: the occurrence is over, and what was heard of it is known.
    let second = |status: &Value| status["on_air"]["title"] == "Dịch vụ công trực tuyến";
    watch.until(|status| second(status) && status["on_air"]["position_s"].as_f64().is_some_and(|at| at > 0.5));
    town.loa(&["skip", "--by", "Bình"]).done();
    let skipped = log.until(|row| row["title"] == "Dịch vụ công trực tuyến" && row["outcome"] == "partial");
    assert_eq!((skipped["reason"].as_str(), skipped["detail"].as_str()), (Some("skipped"), Some("Bình")));
    watch.until(|status| status["today"][0]["outcome"] == "partial");

    // By hand: played, held, stopped.
    town.loa(&["play", "dich vu cong"]).done();
    watch.until(|status| status["on_air"]["position_s"].as_f64().is_some_and(|at| at > 0.3));
    town.loa(&["pause"]).done();
    watch.until(|status| status["on_air"]["paused"] == true);
    town.loa(&["resume"]).done();
    watch.until(|status| status["on_air"]["paused"] == false);
    town.loa(&["stop"]).done();
    let stopped = log.until(|row| row["reason"] == "stopped");
    assert_eq!(stopped["occurrence_id"], Value::Null);
    assert_eq!(stopped["by"], "Trần Thị Bình");
    town.loa(&["skip"]).failed(1, "error: nothing is on air\n");

    let (code, said) = daemon.end();
    assert_eq!(code, 0, "{said}");
    afterwards(&town, item["seq"].as_u64().unwrap());
}

/// Correction, report and proof, with nobody running.
fn afterwards(town: &Town, airing: u64) {
    let day = soon(0).format("%F").to_string();
    let report = |town: &Town| town.json(&["report", "--from", &day, "--to", &day]);
    let before = report(town);
    assert_eq!((&before["items"], &before["airings"]), (&Value::from(1), &Value::from(1)));
    assert_eq!(before["by_topic"][0]["code"], "CCHC");
    assert_eq!(before["occurrences"]["partial"], 1);

    let number = airing.to_string();
    let why = ["--why", "Ghi nhầm lĩnh vực"];
    town.loa(&["log", "correct", &number, "--topic", "CCHC.TTHC", why[0], why[1]]).done();
    assert_eq!(report(town)["by_topic"][0]["code"], "CCHC.TTHC");
    let shown = town.json(&["log", "show", &number]);
    assert_eq!(shown["row"]["topic"], "CCHC.TTHC");
    let kinds: Vec<_> = shown["records"].as_array().unwrap().iter().map(|of| of["entry"]["record"].as_str()).collect();
    assert_eq!(kinds, [Some("intent"), Some("end"), Some("correction")]);

    town.loa(&["log", "correct", &number, "--counted", "no", "--why", "Loa hỏng cả cụm"]).done();
    let after = report(town);
    assert_eq!((&after["items"], &after["airings"]), (&Value::from(0), &Value::from(0)));

    let verified = town.json(&["log", "verify"]);
    assert_eq!((&verified["ok"], &verified["simulated"]), (&Value::from(true), &Value::from(false)));
    let head = verified["head"].as_str().unwrap().to_owned();
    let found = town.json(&["log", "verify", "--head", &head[..16]]);
    assert_eq!(found["found"]["seq"], verified["entries"]);
    town.loa(&["log", "verify", "--head", "00112233445566"]).failed(1, "no record of the log has the hash");
}

#[test]
fn every_figure_lists_as_many_rows_as_it_says() {
    let town = Town::new();
    town.furnish();
    let daemon = town.start();
    let mut log = town.follow(&["log", "--follow", "--json"]);
    town.loa(&["play", "2"]).done();
    log.until(|row| row["title"] == "Bộ phận một cửa" && row["outcome"] == "aired");
    town.loa(&["play", "3", "--emergency"]).done();
    log.until(|row| row["kind"] == "emergency" && row["outcome"] == "aired");
    assert_eq!(daemon.end().0, 0);

    let day = soon(0).format("%F").to_string();
    let report = town.json(&["report", "--from", &day, "--to", &day]);
    let rows = |figure: &str| {
        let rows = town.json(&["report", "--from", &day, "--to", &day, "--rows", figure]);
        rows.as_array().unwrap().len() as u64
    };
    assert_eq!(
        (rows("items"), rows("airings")),
        (report["items"].as_u64().unwrap(), report["airings"].as_u64().unwrap())
    );
    assert_eq!(rows("airings"), 1, "an emergency counts apart");
    assert_eq!(rows("emergencies"), 1);
    let mut groups = 0;
    for group in report["by_topic"].as_array().unwrap() {
        let code = group["code"].as_str().unwrap();
        assert_eq!(rows(&format!("topic={code}")), group["airings"].as_u64().unwrap(), "{code}");
        groups += 1;
    }
    assert_eq!(groups, 1);
    let weekday = soon(0).format("%a").to_string().to_lowercase();
    assert_eq!(rows(&format!("weekday={weekday}")), 1);
    assert_eq!(rows("campaign=CCHC"), 1);
    assert_eq!((rows("relays"), rows("missed"), rows("campaign=")), (0, 0, 0));
    let csv = town.loa(&["log", "--csv"]).done().out;
    assert!(csv.starts_with('\u{feff}'), "Excel needs the mark");
    assert_eq!(csv.lines().count(), 3);
}
