//! Tables of activities, as spreadsheets save them.

use loa::desk::parse_table;
use loa::domain::ledger::{ActivityKind, Evidence, Origin};

#[test]
fn a_table_is_read_whatever_its_language_order_and_separator() {
    let english =
        "kind,day,title,count,place,link\nconference,2023-03-08,Hội nghị Đề án 06,2,Hội trường,https://a.vn/1\n";
    let vietnamese = "\u{feff}Tiêu đề;Hình thức;Ngày;Số lượng;Địa điểm;Liên kết;\r\n\
        Hội nghị Đề án 06;Hội nghị;8/3/2023;2;Hội trường;https://a.vn/1;\r\n;;;;;;\r\n";
    let tabs =
        "title\tkind\tday\tcount\tplace\tlink\nHội nghị Đề án 06\tHội nghị\t08/03/2023\t2\tHội trường\thttps://a.vn/1";
    for text in [english, vietnamese, tabs] {
        let rows = parse_table(text.as_bytes(), "so.csv").unwrap();
        assert_eq!(rows.len(), 1, "{text}");
        let row = &rows[0];
        assert_eq!((row.kind, row.count, row.day.to_string().as_str()), (ActivityKind::Conference, 2, "2023-03-08"));
        assert_eq!((row.title.as_str(), row.place.as_deref()), ("Hội nghị Đề án 06", Some("Hội trường")));
        assert_eq!(row.evidence, [Evidence::Link("https://a.vn/1".to_owned())]);
        assert_eq!(row.origin, Origin::Table { file: "so.csv".to_owned() });
    }
}

#[test]
fn every_fault_is_told_with_its_line_and_column() {
    let table = "kind,day,title,count,document\n\
        conference,2023-03-08,Hội nghị,1,05/KH-UBND\n\
        radio,2023-02-31,,0,KH\n\
        xe,8/3/2023,Xe lưu động,mười,\n";
    let error = parse_table(table.as_bytes(), "so.csv").unwrap_err();
    let expected = [
        "line 3, column `kind`: `radio`, expected portal_article, conference, notice_board or mobile_car",
        "line 3, column `day`: `2023-02-31`, expected a day such as 2023-06-14 or 14/6/2023",
        "line 3, column `title`: ``, expected a text of at most 300 characters",
        "line 3, column `count`: `0`, expected a whole number from 1 on",
        "line 3, column `document`: `KH`, expected a document number such as 05/KH-UBND",
        "line 4, column `count`: `mười`, expected a whole number from 1 on",
    ];
    assert_eq!(error.problems, expected);
    assert!(error.message.contains("so.csv"), "{error:?}");
}

#[test]
fn wrong_columns_are_named() {
    let told = |head: &str| parse_table(format!("{head}\n1,2,3\n").as_bytes(), "so.csv").unwrap_err();
    let error = told("kind,dya,title");
    assert_eq!(error.problems, ["line 1, column 2: `dya` is not known", "line 1: there is no column `day`"]);
    assert!(error.hint.as_deref().unwrap().contains("kind, day, title, count (may be absent)"), "{error:?}");
    assert_eq!(told("kind,day,title,ngày").problems, ["line 1, column 4: `ngày` is there twice"]);
}

#[test]
fn what_is_no_table_is_told() {
    let told = |bytes: &[u8]| parse_table(bytes, "so.csv").unwrap_err().problems;
    assert_eq!(told(b""), ["line 1: it is empty, expected the names of the columns"]);
    assert_eq!(told(b"kind,day,title\n"), ["there is no row below the head"]);
    assert_eq!(told(&[0xff, 0xfe, 0x6b]), ["it is not UTF-8: save it as \"CSV UTF-8\""]);
    assert!(told(&vec![b'a'; loa::desk::TABLE_BYTES_MAX + 1])[0].contains("at most 10000000: divide it"));
    let many = format!("kind,day,title\n{}", "radio,1,\n".repeat(100));
    assert_eq!(told(many.as_bytes()).len(), 21, "the first twenty, and that there are more");
}
