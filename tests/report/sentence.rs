//! The sentences, against report 65/BC-UBND of 15/6/2023.

use chrono::NaiveTime;
use loa::domain::airing::AiringOutcome;
use loa::domain::clip::Source;
use loa::domain::log::{Kind, MissReason, Outcome};
use loa::domain::report::{
    MonthRule, Period, Quantity, Report, ReportSettings, Schedule, Sentences, Session, Tally, Wording, topic_list,
};

use crate::support::report::{airing, day, first_half, fold, planned, topics, wording};

/// A hundred items of 10 to 15 minutes, 250 airings, on the topics of report 65 with as many items as its order suggests.
fn report_65() -> Report {
    let shares = [
        ("CCHC.KQ", 20),
        ("SO.TTHC", 18),
        ("TTHC.TNMT", 6),
        ("TTHC.TP", 5),
        ("TTHC.VHXH", 3),
        ("TTHC.BTXH", 2),
        ("TTHC.NCC", 1),
        ("CCHC.CQS", 16),
        ("XH.DTVM", 12),
        ("SO.CNTT", 10),
        ("CL.ISO", 7),
    ];
    let topics = shares.iter().flat_map(|(code, items)| std::iter::repeat_n(*code, *items));
    let tallies = topics.enumerate().map(|(index, topic)| {
        let length_ms = 600_000 + 300_000 * index as u64 / 99;
        let airings = if index % 2 == 0 { 2 } else { 3 };
        let topic = topic.to_owned();
        Tally { topic, airings, length_ms, heard_ms: airings * length_ms, ..airing(index as u32) }
    });
    fold(tallies.collect())
}

fn sentences(report: &Report, wording: &Wording) -> Sentences {
    Sentences::of(report, &topics(), wording)
}

#[test]
fn report_65_is_said_in_its_own_words() {
    let report = report_65();
    assert_eq!((report.items, report.airings), (100, 250));
    let said = sentences(&report, &wording());
    assert_eq!(
        said.t1,
        "Trong 6 tháng đầu năm 2023, Đài truyền thanh thị trấn đã phát 100 tin bài, với 250 lượt phát (thời lượng từ 10 \
         đến 15 phút) tuyên truyền về cải cách hành chính, với nội dung tuyên truyền về kết quả công tác cải cách hành \
         chính; việc triển khai ứng dụng CNTT trong giải quyết thủ tục hành chính; cải cách thủ tục hành chính trong lĩnh \
         vực Tài nguyên - Môi trường, Tư pháp - Hộ tịch, Văn hóa xã hội, Bảo trợ xã hội, Người có công; việc triển khai \
         chính quyền điện tử; việc xây dựng đô thị văn minh; việc ứng dụng công nghệ thông tin vào hoạt động quản lý điều \
         hành của cơ quan, đơn vị; việc duy trì và áp dụng hệ thống quản lý chất lượng ISO 9001:2015."
    );
    assert!(said.t1.contains(&said.t2), "T2 is the list inside T1");
    assert_eq!(said.t4, "Tổng thời lượng phát 52 giờ 6 phút, bình quân 3,8 tin bài/tuần.");
    assert_eq!(said.t5, "Phát 02 lần/ngày (sáng từ 05:00, chiều từ 17:00), mỗi lần 30 phút.");
    assert_eq!(
        said.t7,
        "Trên đây là Báo cáo kết quả tuyên truyền cải cách hành chính 6 tháng đầu năm 2023; phương hướng, nhiệm vụ trọng \
         tâm 6 tháng cuối năm 2023./."
    );
}

#[test]
fn the_airing_clause_can_be_left_out_and_counts_rounded() {
    let mut tallies: Vec<Tally> = (0..196).map(airing).collect();
    let plain = Wording { airings: false, ..wording() };
    let over = Wording { quantity: Quantity::Over, ..plain.clone() };
    let start =
        |report: &Report, wording: &Wording| sentences(report, wording).t1.split(" tin bài").next().unwrap().to_owned();
    let head = "Trong 6 tháng đầu năm 2023, Đài truyền thanh thị trấn đã phát";
    assert_eq!(start(&fold(tallies.clone()), &plain), format!("{head} 196"));
    assert_eq!(start(&fold(tallies.clone()), &over), format!("{head} trên 190"));
    tallies.truncate(103);
    assert_eq!(start(&fold(tallies.clone()), &over), format!("{head} trên 100"));
    tallies.truncate(100);
    assert_eq!(start(&fold(tallies.clone()), &over), format!("{head} 100"));
    tallies.truncate(3);
    assert_eq!(start(&fold(tallies), &over), format!("{head} 03"));
}

#[test]
fn the_duration_clause_says_what_was_measured() {
    let said = |lengths: &[u64]| {
        let tallies = lengths.iter().enumerate();
        let tallies = tallies.map(|(clip, length_ms)| Tally { length_ms: *length_ms, ..airing(clip as u32) });
        let t1 = sentences(&fold(tallies.collect()), &Wording { airings: false, ..wording() }).t1;
        t1[t1.find('(').unwrap()..=t1.find(')').unwrap()].to_owned()
    };
    assert_eq!(said(&[600_000, 900_000]), "(thời lượng từ 10 đến 15 phút)");
    assert_eq!(said(&[659_999, 840_001]), "(thời lượng từ 10 đến 15 phút)");
    assert_eq!(said(&[720_000, 720_000]), "(thời lượng 12 phút)");
    assert_eq!(said(&[20_000]), "(thời lượng dưới 1 phút)");
    assert_eq!(said(&[20_000, 100_000]), "(thời lượng đến 2 phút)");
}

#[test]
fn topics_left_off_leave_three_dots() {
    let report = report_65();
    let list = topic_list(&report, &topics(), 3);
    assert_eq!(
        list,
        "tuyên truyền về kết quả công tác cải cách hành chính; việc triển khai ứng dụng CNTT trong giải quyết thủ tục hành \
         chính; cải cách thủ tục hành chính trong lĩnh vực Tài nguyên - Môi trường, Tư pháp - Hộ tịch, Văn hóa xã hội..."
    );
    let said = sentences(&report, &Wording { topics_max: 3, ..wording() });
    assert!(said.t1.ends_with("Văn hóa xã hội..."), "no fourth dot: {}", said.t1);
    assert!(topic_list(&report, &topics(), 5).ends_with("đô thị văn minh..."), "five of seven");
    assert!(!topic_list(&report, &topics(), 7).ends_with("..."), "all seven");
    assert!(topic_list(&report, &topics(), 0).starts_with("tuyên truyền về kết quả"), "at least one is named");
}

#[test]
fn what_stands_for_the_rest_comes_last() {
    let topic = |clip, topic: &str| Tally { topic: topic.to_owned(), ..airing(clip) };
    let report = fold(vec![topic(1, "KHAC"), topic(2, "KHAC"), topic(3, "TB")]);
    assert_eq!(
        topic_list(&report, &topics(), 8),
        "tuyên truyền về thông báo của cấp ủy, chính quyền; các nội dung khác"
    );
}

#[test]
fn a_report_on_everything_names_no_campaign() {
    let said = sentences(&fold(vec![airing(1)]), &Wording { campaign: None, ..wording() });
    assert_eq!(
        said.t1,
        "Trong 6 tháng đầu năm 2023, Đài truyền thanh thị trấn đã phát 01 tin bài, với 01 lượt phát (thời lượng 12 phút), \
         nội dung tuyên truyền về kết quả công tác cải cách hành chính."
    );
    assert!(said.t7.starts_with("Trên đây là Báo cáo kết quả tuyên truyền 6 tháng đầu năm 2023;"));
}

#[test]
fn an_empty_period_is_said_to_be_empty() {
    let said = sentences(&fold(vec![]), &Wording { schedule: None, ..wording() });
    assert_eq!(
        said.t1,
        "Trong 6 tháng đầu năm 2023, Đài truyền thanh thị trấn không phát tin bài nào tuyên truyền về cải cách hành chính."
    );
    assert_eq!(said.t2, "không có tin bài");
    assert_eq!(said.t3, "Đài truyền thanh thị trấn không tiếp âm buổi nào.");
    assert_eq!(said.t4, "Không có thời lượng phát trong kỳ báo cáo.");
    assert_eq!(said.t5, "Không có lịch phát định kỳ.");
    assert_eq!(said.t6, "Không có buổi nào không phát được.");
}

#[test]
fn two_given_days_read_well_after_trong() {
    let period = Period::custom(day("2023-02-01"), day("2023-03-10")).unwrap();
    let report = Report::fold(period, [airing(1)], [], ReportSettings::default());
    let said = sentences(&report, &wording());
    assert!(
        said.t1.starts_with("Trong thời gian từ ngày 01/02/2023 đến ngày 10/3/2023, Đài truyền thanh"),
        "{}",
        said.t1
    );
    let june = Period::parse("2023-06", MonthRule::Nd09).unwrap();
    let report = Report::fold(june, [airing(1)], [], ReportSettings::default());
    assert!(sentences(&report, &wording()).t1.starts_with("Trong tháng 6 năm 2023, "));
}

#[test]
fn relays_are_counted_in_sessions_and_described_only_by_people() {
    let relay = |airings| Tally { kind: Kind::Relay, item: None, source: Source::Central, airings, ..airing(0) };
    let exact = sentences(&fold(vec![relay(26)]), &wording());
    assert_eq!(exact.t3, "Đài truyền thanh thị trấn đã tiếp âm 26 buổi.");
    let told = Wording {
        quantity: Quantity::Over,
        relay_source: Some("của Đài Tiếng nói Việt Nam".to_owned()),
        relay_about: Some("ý nghĩa, tầm quan trọng của CCHC".to_owned()),
        ..wording()
    };
    assert_eq!(
        sentences(&fold(vec![relay(26)]), &told).t3,
        "Đài truyền thanh thị trấn đã tiếp âm hàng chục buổi của Đài Tiếng nói Việt Nam tập trung tuyên truyền về ý nghĩa, \
         tầm quan trọng của CCHC."
    );
}

#[test]
fn relays_are_counted_in_items_where_persons_heard_some_inside() {
    let relay = |airings, inside: &[(&str, u64)]| {
        let mentions = inside.iter().map(|(topic, items)| ((*topic).to_owned(), *items)).collect();
        Tally { kind: Kind::Relay, item: None, source: Source::Central, airings, mentions, ..airing(0) }
    };
    let report = fold(vec![relay(26, &[("TTHC.TP", 7), ("CCHC.KQ", 30), ("TTHC.TNMT", 3)])]);
    let exact = sentences(&report, &wording());
    assert_eq!(
        exact.t3,
        "Đài truyền thanh thị trấn đã tiếp âm 40 lượt tin, bài tập trung tuyên truyền về kết quả công tác cải cách hành \
         chính; cải cách thủ tục hành chính trong lĩnh vực Tư pháp - Hộ tịch, Tài nguyên - Môi trường."
    );
    let few = Wording {
        quantity: Quantity::Over,
        relay_source: Some("của Đài Tiếng nói Việt Nam".to_owned()),
        topics_max: 1,
        ..wording()
    };
    let told = sentences(&report, &few).t3;
    let begins = "Đài truyền thanh thị trấn đã tiếp âm hàng chục lượt tin, bài của Đài Tiếng nói Việt Nam tập trung tuyên truyền về ";
    assert!(told.starts_with(begins) && told.ends_with("..."), "{told}");
    let said = Wording { relay_about: Some("đời sống".to_owned()), ..few };
    assert!(
        sentences(&report, &said).t3.ends_with("tập trung tuyên truyền về đời sống."),
        "a person's words come first"
    );

    let english = Sentences::english(&report, &topics(), &wording()).t3;
    assert!(english.starts_with("The station relayed 40 items in 26 broadcasts, on "), "{english}");
    let one = Sentences::english(&fold(vec![relay(1, &[("KHONG-CO", 1)])]), &topics(), &wording()).t3;
    assert_eq!(one, "The station relayed 1 item in 1 broadcast, on KHONG-CO.");
}

#[test]
fn misses_are_said_with_their_reasons() {
    let missed = |day, reason| planned(day, Some(Outcome::Missed(reason)));
    let facts = [
        planned(1, Some(Outcome::Aired)),
        missed(2, MissReason::StationOff),
        missed(3, MissReason::Late),
        missed(4, MissReason::StationOff),
    ];
    let report = |facts: Vec<_>| Report::fold(first_half(), [], facts, ReportSettings::default());
    assert_eq!(
        sentences(&report(facts.to_vec()), &wording()).t6,
        "Có 03 buổi không phát được (nguyên nhân: máy không hoạt động 02 buổi; trễ quá mức cho phép 01 buổi)."
    );
    assert_eq!(
        sentences(&report(facts[1..2].to_vec()), &wording()).t6,
        "Có 01 buổi không phát được (nguyên nhân: máy không hoạt động)."
    );
}

#[test]
fn the_usual_day_is_divided_as_people_divide_it() {
    let session =
        |hour, minute, length_min| Session { start: NaiveTime::from_hms_opt(hour, minute, 0).unwrap(), length_min };
    let said = |sessions, days_per_week| {
        sentences(&fold(vec![]), &Wording { schedule: Some(Schedule { sessions, days_per_week }), ..wording() }).t5
    };
    assert_eq!(
        said(
            vec![
                session(17, 30, 45),
                session(5, 0, 30),
                session(6, 30, 30),
                session(9, 0, 15),
                session(11, 0, 15),
                session(19, 0, 30)
            ],
            5
        ),
        "Phát 06 lần/ngày, 05 ngày/tuần (sáng từ 05:00, 06:30 và 09:00, trưa từ 11:00, chiều từ 17:30, tối từ 19:00), mỗi lần từ \
         15 đến 45 phút."
    );
    assert_eq!(said(vec![], 7), "Không có lịch phát định kỳ.");
}

#[test]
fn only_what_counts_is_spoken_of() {
    let cut = Tally { counted: false, outcome: AiringOutcome::Partial, heard_ms: 60_000, ..airing(2) };
    let said = sentences(&fold(vec![airing(1), cut]), &wording());
    assert!(said.t1.contains("đã phát 01 tin bài, với 01 lượt phát"), "{}", said.t1);
    assert_eq!(said.t4, "Tổng thời lượng phát 12 phút, bình quân 0 tin bài/tuần.");
}
