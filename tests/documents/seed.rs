//! The report says what report 65/BC-UBND of 15/6/2023 says, with the true figures.

use super::{flat, made, told_by};

/// Of section 2.2 and 2.3 of the seed: what rests on no figure word by word, what rests on figures with those of the log.
const SENTENCES: [&str; 6] = [
    "- Thông tin tuyên truyền về mục tiêu, nội dung và ý nghĩa cải cách hành chính đối với sự phát triển kinh tế, văn hóa, \
     xã hội của thị trấn; kết quả thực hiện cải cách hành chính; tập trung tuyên truyền về việc ứng dụng CNTT trong công \
     khai, giải quyết các TTHC; xây dựng Chính quyền điện tử; tuyên truyền kết quả việc thực hiện sắp xếp tổ chức bộ máy \
     tinh gọn, hiệu quả.",
    "- Trong 6 tháng đầu năm 2023, Đài truyền thanh thị trấn đã phát 100 tin bài (thời lượng từ 10 đến 15 phút) tuyên \
     truyền về cải cách hành chính, với nội dung tuyên truyền về ",
    "cải cách thủ tục hành chính trong lĩnh vực ",
    "Cổng thông tin điện tử của thị trấn xây dựng chuyên mục, thường xuyên đăng tải các văn bản chỉ đạo, điều hành của \
     Chính phủ, của tỉnh, huyện và thị trấn về cải cách hành chính; cập nhật kịp thời các bộ thủ tục hành chính để người \
     dân và doanh nghiệp thuận tiện trong thực hiện thủ tục hành chính.",
    "Trong 6 tháng đầu năm, đã có 196 tin bài về CCHC được đăng tải về công tác CCHC trong các lĩnh vực, đặc biệt về công \
     tác sắp xếp tổ chức bộ máy tinh gọn, hiệu quả; đổi mới hệ thống tổ chức và quản lý, nâng cao chất lượng đội ngũ CBCC \
     và chính quyền địa phương, việc ứng dụng công nghệ thông tin, triển khai Cổng dịch vụ công trực tuyến trên địa bàn.",
    "Trên đây là Báo cáo kết quả tuyên truyền cải cách hành chính 6 tháng đầu năm 2023; phương hướng, nhiệm vụ trọng tâm 6 \
     tháng cuối năm 2023./.",
];

/// What stands around the text, from the top to the bottom.
const FRAME: [&str; 13] = [
    "ỦY BAN NHÂN DÂN",
    "THỊ TRẤN LAI CÁCH",
    "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
    "Độc lập - Tự do - Hạnh phúc",
    "/BC-UBND",
    "BÁO CÁO",
    "Kết quả tuyên truyền công tác cải cách hành chính 6 tháng đầu năm 2023;",
    "Nơi nhận:",
    "- UBND huyện (b/c);",
    "- Lưu: VP.",
    "TM. ỦY BAN NHÂN DÂN",
    "KT. CHỦ TỊCH",
    "PHÓ CHỦ TỊCH",
];

#[test]
fn every_form_for_people_says_the_sentences_of_the_seed_and_its_frame() {
    let made = made();
    let pdf = told_by("pdftotext", &[made.file("bao-cao-2023-H1.pdf").to_str().unwrap(), "-"]);
    let html = made.text("bao-cao-2023-H1.html");
    for (form, text) in [("pdf", pdf), ("html", html), ("txt", made.text("bao-cao-2023-H1.txt"))] {
        // A page break puts its number between two lines.
        let text = flat(&text.replace("DỮ LIỆU MÔ PHỎNG: không phải số liệu phát sóng thật", " "));
        for part in FRAME {
            assert!(text.contains(&flat(part)), "{form} lacks: {part}");
        }
        if form == "pdf" {
            let words =
                |text: &str| text.split(' ').filter(|word| word.parse::<u32>().is_err()).collect::<Vec<_>>().join(" ");
            let text = words(&text.replace('\u{c}', " "));
            SENTENCES.iter().for_each(|part| assert!(text.contains(&words(part.trim())), "{form} lacks: {part}"));
        } else {
            SENTENCES.iter().for_each(|part| assert!(text.contains(part.trim()), "{form} lacks: {part}"));
        }
        assert!(text.contains("(Kèm theo Báo cáo số /BC-UBND ngày / / của UBND thị trấn Lai Cách)"), "{form}");
        assert!(!text.contains("{{") && !text.contains("trên 196"), "{form}");
    }
}

#[test]
fn the_code_on_the_paper_finds_the_record_it_was_counted_from() {
    let made = made();
    let text = flat(&made.text("bao-cao-2023-H1.txt"));
    let code = text.rsplit("loa log verify --head ").next().unwrap().split(' ').next().unwrap();
    assert_eq!(code.len(), 16);
    let (done, said, _) = made.loa(&["log", "verify", "--head", code]);
    assert!(done, "{said}");
    let wrong = if code.starts_with('0') { code.replacen('0', "1", 1) } else { format!("0{}", &code[1..]) };
    assert!(!made.loa(&["log", "verify", "--head", &wrong]).0, "another code is refused");
}

#[test]
fn in_english_the_same_figures_stand_under_english_heads() {
    let made = made();
    let out = made.file("english");
    let arguments = ["report", "--period", "2023-H1", "--format", "txt,docx", "--language", "en", "--out"];
    let (done, _, said) = made.loa(&[&arguments[..], &[out.to_str().unwrap()]].concat());
    assert!(done, "{said}");
    let text = flat(&std::fs::read_to_string(out.join("bao-cao-2023-H1.txt")).unwrap());
    for part in ["SOCIALIST REPUBLIC OF VIETNAM", "REPORT", "100 items", "Annex II", "AS-RUN LOGBOOK", "…… items"] {
        assert!(text.contains(part), "{part}");
    }
}
