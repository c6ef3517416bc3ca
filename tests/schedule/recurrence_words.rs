//! A recurrence in words.

use loa::domain::recurrence::Recurrence;
use loa::domain::words::Language;

fn check(text: &str, vietnamese: &str, english: &str) {
    let recurrence = Recurrence::parse(text).unwrap();
    assert_eq!(recurrence.describe(Language::Vi), vietnamese, "{text}");
    assert_eq!(recurrence.describe(Language::En), english, "{text}");
}

#[test]
fn common_shapes_are_said_in_words() {
    check("0 5,17 * * 1-5", "thứ Hai đến thứ Sáu, 05:00 và 17:00", "Monday to Friday, 05:00 and 17:00");
    check("0 5 * * *", "hằng ngày, 05:00", "every day, 05:00");
    check("0 0 5 * * 1", "Chủ nhật, 05:00", "Sunday, 05:00");
    check("0 6 * * 0,6", "thứ Bảy và Chủ nhật, 06:00", "Saturday and Sunday, 06:00");
    check("0 6 * * 1,3,5", "thứ Hai, thứ Tư và thứ Sáu, 06:00", "Monday, Wednesday and Friday, 06:00");
    check("0 5 1,15 * *", "ngày 1 và 15 hằng tháng, 05:00", "days 1 and 15 of every month, 05:00");
    check("30 6 2 9 *", "ngày 2 tháng 9, 06:30", "2 September, 06:30");
    check("0 0 6 24 11 * 2026", "ngày 24 tháng 11 năm 2026, 06:00", "24 November 2026, 06:00");
    check("0 6 1-3 5,6 *", "ngày 1 đến 3 tháng 5 và tháng 6, 06:00", "days 1 to 3 of May and June, 06:00");
    check("0 5 * 5-8 *", "hằng ngày trong tháng 5 đến tháng 8, 05:00", "every day in May to August, 05:00");
    check("0 5 13 * 5", "ngày 13 hằng tháng hoặc thứ Sáu, 05:00", "day 13 of every month or Friday, 05:00");
    check("0 0 5 13 * 6", "thứ Sáu trùng ngày 13 hằng tháng, 05:00", "Friday falling on day 13 of every month, 05:00");
    check("0 0 5 * * * 2026", "hằng ngày năm 2026, 05:00", "every day in 2026, 05:00");
    check("15 0 5 * * *", "hằng ngày, 05:00:15", "every day, 05:00:15");
    check(
        "*/30 5-10 * * *",
        "hằng ngày, mỗi 30 phút từ 05:00 đến 10:30",
        "every day, every 30 minutes from 05:00 to 10:30",
    );
    check("0 * * * *", "hằng ngày, mỗi giờ từ 00:00 đến 23:00", "every day, every hour from 00:00 to 23:00");
}

#[test]
fn lines_on_the_same_days_are_said_together() {
    check("0 5 * * 1-5 ; 30 16 * * 1-5", "thứ Hai đến thứ Sáu, 05:00 và 16:30", "Monday to Friday, 05:00 and 16:30");
    check(
        "0 5 * * 1-5;0 17 * * *",
        "thứ Hai đến thứ Sáu, 05:00; hằng ngày, 17:00",
        "Monday to Friday, 05:00; every day, 17:00",
    );
}

#[test]
fn an_odd_shape_is_left_as_it_is_written() {
    for text in ["7,9,12 1-20/3 * * *", "0 5 */2 * *", "0 0 5 * * * 2026-2090"] {
        check(text, text, text);
    }
}
