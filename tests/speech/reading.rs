//! Whole texts as an office writes them, and whatever else comes.

use std::sync::OnceLock;

use loa::config::{Config, Sources};
use loa::domain::speech::{Reading, SpeechTable, read_aloud};
use proptest::prelude::*;

/// The table that Loa brings.
fn table() -> &'static SpeechTable {
    static TABLE: OnceLock<SpeechTable> = OnceLock::new();
    TABLE.get_or_init(|| Config::load(&Sources::default()).unwrap().speech.table)
}

fn read(text: &str) -> Reading {
    read_aloud(text, table())
}

#[track_caller]
fn check(cases: &[(&str, &str)]) {
    for (written, spoken) in cases {
        assert_eq!(read_aloud(written, table()).text, *spoken, "{written}");
    }
}

#[test]
fn documents_are_named_by_their_codes() {
    check(&[
        ("65/BC-UBND", "sáu mươi lăm, báo cáo, ủy ban nhân dân."),
        ("Kế hoạch số 05/KH-UBND", "Kế hoạch số năm, kế hoạch, ủy ban nhân dân."),
        ("45/2016/QĐ-TTg", "bốn mươi lăm, năm hai nghìn không trăm mười sáu, quyết định, Thủ tướng."),
        ("08-ĐA/HU.", "tám, đề án, huyện ủy."),
        ("số 23a/KH-UBND;", "số hai mươi ba a, kế hoạch, ủy ban nhân dân."),
        ("Nghị định 09/2019/NĐ-CP", "Nghị định chín, năm hai nghìn không trăm mười chín, nghị định, Chính phủ."),
        ("18-NQ/TW", "mười tám, nghị quyết, trung ương."),
        ("12/TB-XYZK", "mười hai, thông báo, ích i dài dét ca."),
    ]);
}

#[test]
fn dates_and_times() {
    check(&[
        ("15/6/2023", "ngày mười lăm tháng sáu năm hai nghìn không trăm hai mươi ba."),
        ("ngày 15/6", "ngày mười lăm tháng sáu."),
        ("ngày 05/4/2024", "ngày mùng năm tháng tư năm hai nghìn không trăm hai mươi tư."),
        ("Quốc khánh 2/9", "Quốc khánh ngày mùng hai tháng chín."),
        ("sáng 30/4,", "sáng ngày ba mươi tháng tư."),
        ("từ 15/6-20/6", "từ ngày mười lăm tháng sáu đến ngày hai mươi tháng sáu."),
        ("tháng 6/2023", "tháng sáu năm hai nghìn không trăm hai mươi ba."),
        ("đến 12/2025", "đến tháng mười hai năm hai nghìn không trăm hai mươi lăm."),
        ("tháng 4", "tháng tư."),
        ("thứ 4 tuần này, lần thứ 1", "thứ tư tuần này, lần thứ nhất."),
        ("17h30", "mười bảy giờ ba mươi phút."),
        ("Lúc 7h, 7g15", "Lúc bảy giờ, bảy giờ mười lăm phút."),
        ("05:00 và 16:05", "năm giờ và mười sáu giờ năm phút."),
        ("2021-2025", "hai nghìn không trăm hai mươi mốt đến hai nghìn không trăm hai mươi lăm."),
        ("31/2/2023", "ba mươi mốt trên hai trên hai nghìn không trăm hai mươi ba."),
    ]);
}

#[test]
fn quantities() {
    check(&[
        ("1.234,5", "một nghìn hai trăm ba mươi tư phẩy năm."),
        ("03 tin bài", "ba tin bài."),
        ("1.200.000 đồng", "một triệu hai trăm nghìn đồng."),
        ("50.000đ/m2", "năm mươi nghìn đồng trên mét vuông."),
        ("3,5%", "ba phẩy năm phần trăm."),
        ("đạt 0,05 ‰", "đạt không phẩy không năm phần nghìn."),
        ("12 km, 5m², 40 km/h", "mười hai ki lô mét, năm mét vuông, bốn mươi ki lô mét trên giờ."),
        ("nhiệt độ -5°C", "nhiệt độ âm năm độ xê."),
        ("10 - 15 phút", "mười đến mười lăm phút."),
        ("60-65%", "sáu mươi đến sáu mươi lăm phần trăm."),
        ("15/19 tiêu chí", "mười lăm trên mười chín tiêu chí."),
        ("10/12 thôn", "mười trên mười hai thôn."),
        ("2/3 số hộ", "hai phần ba số hộ."),
        ("mục 2.1", "mục hai chấm một."),
        ("0912345678", "không chín một hai, ba bốn năm, sáu bảy tám."),
        ("ĐT: 0220.3820.123", "đê tê: không hai hai không, ba tám hai không, một hai ba."),
        ("tổng đài 1022", "tổng đài một không hai hai."),
        ("gọi 114", "gọi một một bốn."),
        ("A4, 23a", "a bốn, hai mươi ba a."),
        (
            "12345678901234567890",
            "một hai ba bốn năm sáu bảy tám chín không một hai ba bốn năm sáu bảy tám chín không.",
        ),
    ]);
}

#[test]
fn words_and_headings() {
    check(&[
        ("I. Đặc điểm tình hình", "một. Đặc điểm tình hình."),
        ("II/ KẾT QUẢ THỰC HIỆN", "hai. kết quả thực hiện."),
        ("XỬ LÝ VI PHẠM HÀNH CHÍNH", "xử lý vi phạm hành chính."),
        ("Đại hội XIII, quý IV, khóa V", "Đại hội mười ba, quý bốn, khóa năm."),
        ("lần thứ I", "lần thứ nhất."),
        ("UBND, HĐND và UBMTTQ", "ủy ban nhân dân, hội đồng nhân dân và ủy ban mặt trận tổ quốc."),
        ("CCHC, TTHC, CNTT", "cải cách hành chính, thủ tục hành chính, công nghệ thông tin."),
        ("TP.HCM; Đ/c Bình v/v nước sạch", "thành phố Hồ Chí Minh; đồng chí Bình về việc nước sạch."),
        ("COVID-19", "cô vít, mười chín."),
        ("KT-XH, GD&ĐT", "kinh tế xã hội, giáo dục và đào tạo."),
        ("- Bà con chú ý:\n- Mang theo CCCD", "Bà con chú ý:\nMang theo căn cước công dân."),
        ("https://laicach.gov.vn/tin-1", "laicach chấm gov chấm vn xuyệt tin gạch ngang một."),
        ("“Đẩy mạnh” (giai đoạn 2)…", "Đẩy mạnh, giai đoạn hai."),
        ("ﬁ ½ №5", "fi một phần hai số năm."),
    ]);
}

#[test]
fn what_is_in_no_table_is_spelled_and_told() {
    let reading = read("VNPT và BHXH, lại VNPT, ĐHQG");
    assert_eq!(reading.text, "vê nờ pê tê và bảo hiểm xã hội, lại vê nờ pê tê, đê hát quy giê.");
    assert_eq!(reading.unknown, ["VNPT", "ĐHQG"]);
}

#[test]
fn a_notice_as_it_is_written() {
    let notice = "UBND THỊ TRẤN LAI CÁCH\nTHÔNG BÁO\nVề việc tiếp nhận hồ sơ TTHC tại bộ phận một cửa\n\n\
        Thực hiện Kế hoạch số 56/KH-UBND ngày 27/12/2022, từ 7h30 ngày 03/01/2023, bộ phận một cửa tiếp nhận 100% hồ sơ \
        qua Cổng DVC. Lệ phí: 15.000 đồng/bản. Mọi chi tiết gọi 0220.3785.222.";
    let spoken = "ủy ban nhân dân thị trấn lai cách.\nthông báo.\nVề việc tiếp nhận hồ sơ thủ tục hành chính tại bộ phận \
        một cửa.\nThực hiện Kế hoạch số năm mươi sáu, kế hoạch, ủy ban nhân dân ngày hai mươi bảy tháng mười hai năm hai \
        nghìn không trăm hai mươi hai, từ bảy giờ ba mươi phút ngày mùng ba tháng một năm hai nghìn không trăm hai mươi \
        ba, bộ phận một cửa tiếp nhận một trăm phần trăm hồ sơ qua Cổng dịch vụ công. Lệ phí: mười lăm nghìn đồng trên \
        bản. Mọi chi tiết gọi không hai hai không, ba bảy tám năm, hai hai hai.";
    let reading = read(notice);
    assert_eq!(reading.text, spoken);
    assert_eq!(reading.unknown, [""; 0]);
}

/// Pieces that offices write, and what does not belong together.
fn scraps() -> impl Strategy<Value = String> {
    let scrap = prop_oneof![
        "[0-9]{1,25}",
        "[0-9]{1,4}[-/.,:h%°][0-9]{0,4}",
        "[0-9]{1,2}[/.-][0-9]{1,2}[/.-][0-9]{2,5}",
        "[0-9]{1,3}[a-zđ]?[/-][A-ZĐ]{1,4}[-/][A-ZĐa-z]{1,5}[0-9]?",
        "[A-ZĐÂƯ]{1,8}",
        "[ivxIVXLC]{1,5}[.)]?",
        "\\PC{0,6}",
        "(UBND|HĐND|TP\\.|v/v|KT-XH|quý|thứ|ngày|tháng|mùng|gọi|https://a.b/1|a@b.c2)",
    ];
    prop::collection::vec((scrap, "[ \n,.()-]{0,2}"), 0..12)
        .prop_map(|parts| parts.into_iter().flat_map(|(scrap, gap)| [scrap, gap]).collect())
}

proptest! {
    /// A digit that is left would be read by the synthesiser's own rules, which is what the table is to prevent.
    #[test]
    fn nothing_is_left_that_only_the_synthesiser_could_read(text in scraps()) {
        let reading = read_aloud(&text, table());
        prop_assert!(!reading.text.chars().any(|letter| letter.is_numeric()), "{:?} from {:?}", reading.text, text);
        let odd = |letter: char| !(letter.is_alphabetic() || letter == ' ' || letter == '\n' || ".,!?;:".contains(letter)
            || matches!(letter, '\u{300}'..='\u{36f}' | '-' | '\''));
        prop_assert!(!reading.text.contains(odd), "{:?} from {:?}", reading.text, text);
        for line in reading.text.lines() {
            prop_assert!(line.ends_with(['.', '!', '?', ':']), "{line:?} from {text:?}");
            prop_assert!(!line.contains("  ") && !line.contains(" ,") && !line.starts_with([' ', ',']), "{line:?}");
        }
        prop_assert!(reading.text.len() <= 64 * text.len() + 64, "{} from {}", reading.text.len(), text.len());
    }
}

#[test]
fn a_table_tells_its_mistakes_by_line() {
    let folder = tempfile::tempdir().unwrap();
    let complaints = |table: &str| {
        std::fs::write(folder.path().join("doc.toml"), table).unwrap();
        let file = folder.path().join("loa.toml");
        std::fs::write(&file, "[speech]\ntable_file = \"doc.toml\"\n").unwrap();
        Config::load(&Sources { file: Some(file), ..Sources::default() }).map_err(|error| error.to_string())
    };
    let cases = [
        ("[abbreviation]\nUBND = \"ủy ban\"\nUBND = \"ủy ban nhân dân\"\n", "doc.toml:3"),
        ("[abbreviation]\n\nA4 = \"giấy 4\"\n", "doc.toml:3"),
        ("[abbreviation]\nVN = \"\"\n", "doc.toml:2"),
        ("[unit]\nkm = \"ki lô mét\"\n\"hai từ\" = \"hai\"\n", "doc.toml:3"),
        ("[abreviation]\nVN = \"Việt Nam\"\n", "doc.toml:1"),
        ("[abbreviation]\nVN = 5\n", "doc.toml:2"),
    ];
    for (table, place) in cases {
        let told = complaints(table).unwrap_err();
        assert!(told.contains(place), "expected {place} in: {told}");
    }
    let own = complaints("[abbreviation]\nLC = \"Lai Cách\"\n").unwrap();
    assert_eq!(read_aloud("LC, UBND", &own.speech.table).text, "Lai Cách, u b n d.", "the copy holds alone");
}
