//! Every way to write a recurrence wrongly names the field, the value, what is expected and what to do.

use loa::domain::recurrence::{PARTS_MAX, Recurrence, TEXT_LENGTH_MAX};

fn check(text: &str, says: &[&str]) {
    let error = Recurrence::parse(text).expect_err(text).to_string();
    for word in says {
        assert!(error.contains(word), "`{text}`: the error is\n{error}\nand does not say `{word}`");
    }
    assert!(error.contains("expected") || error.contains("never happens") || error.contains("at most"), "{error}");
    assert!(error.contains(';'), "no remedy in: {error}");
    assert!(!error.contains('\n') && error.chars().count() < 500, "not one line: {error}");
}

#[test]
fn each_mistake_is_named() {
    check("", &["empty", "0 5 * * *"]);
    check("  \n ; \t", &["empty"]);
    check("0 5 * *", &["4 fields", "expected 5"]);
    check("0 0 5 * * * * *", &["8 fields", "expected 5"]);
    check("@daily", &["1 fields"]);
    check("0 0 5 1, 15 * * *", &["8 fields", "no space inside a list"]);
    check("60 5 * * *", &["minute is `60`", "0 to 59", "minute 0 of the next hour"]);
    check("0 25 * * *", &["hour is `25`", "0 to 23", "midnight is hour 0"]);
    check("0 5 32 * *", &["day of month is `32`", "1 to 31"]);
    check("0 5 0 * *", &["day of month is `0`", "1 to 31", "the first day of a month is 1"]);
    check("0 5 * 13 *", &["month is `13`", "1 to 12 or jan to dec", "December is 12"]);
    check("0 5 * 0 *", &["month is `0`", "January is 1"]);
    check("0 5 * * 8", &["day of week is `8`", "0 to 7 or sun to sat", "Sunday is 0 or 7"]);
    check("0 0 5 * * 0", &["day of week is `0`", "1 to 7", "Sunday is 1"]);
    check("0 0 5 * * * 1969", &["year is `1969`", "1970 to 2100"]);
    check("0 22-2 * * *", &["hour is `22-2`", "22-23,0-2"]);
    check("0 5 * * sat-mon", &["day of week is `sat-mon`", "6-6,0-1"]);
    check("*/0 5 * * *", &["minute is `*/0`", "1 to 59"]);
    check("*/99 5 * * *", &["minute is `*/99`", "1 to 59"]);
    check("*/ 5 * * *", &["minute is `*/`", "step"]);
    check("5/10 5 * * *", &["minute is `5/10`", "5-59/10"]);
    check("x 5 * * *", &["minute is `x`", "a number"]);
    check("0 5 * * thứ-hai", &["day of week is `thứ`", "English name such as `mon`"]);
    check("0 5 * tháng *", &["month is `tháng`", "English name such as `feb`"]);
    check("0 ٥ * * *", &["hour is `٥`", "digits 0 to 9"]);
    check("０ 5 * * *", &["minute is `０`", "digits 0 to 9"]);
    check("0 -5 * * *", &["hour is ``", "before and after each comma, dash and slash"]);
    check("0 5,,6 * * *", &["hour is ``", "comma"]);
    check("0 +5 * * *", &["hour is `+5`", "a number"]);
    check("0 5 ? * *", &["day of month is `?`", "write `*`"]);
    check("0 5 L * *", &["day of month is `L`", "a number"]);
    check("0 5 * * 1#2", &["day of week is `1#2`"]);
    check("0 99999999999999999999999 * * *", &["hour is `99999999999999999999999`", "0 to 23"]);
    check("0 5 31 2 *", &["never happens", "length of the month"]);
    check("0 0 5 30 feb *", &["never happens"]);
    check("0 5 31 4,6,9,11 *", &["never happens"]);
    check("0 0 5 29 2 * 2023", &["never happens", "year"]);
    check("* 0 5 * * *", &["60 seconds", "at most once a minute", "usually 0"]);
    check("0,30 0 5 * * *", &["2 seconds"]);
    check("0 0 5 * * * ; 30 0 17 * * *", &["second 30", "second 0", "the same"]);
    check("0 5 * * * ; 0 24 * * *", &["`0 24 * * *`", "hour is `24`"]);
}

#[test]
fn sizes_are_bounded() {
    check(&"0 5 * * *;".repeat(PARTS_MAX + 1), &["17 recurrences", "at most 16"]);
    check(&"1,".repeat(TEXT_LENGTH_MAX), &["2048 bytes", "at most 1024"]);
    check(&format!("{}x 5 * * *", "1".repeat(900)), &["minute is `111", "…"]);
}

#[test]
fn a_leap_day_does_happen() {
    for text in ["0 5 29 2 *", "0 0 5 29 2 MON", "0 0 5 * * * 2100", "0 5 30 2 1"] {
        Recurrence::parse(text).expect(text);
    }
}
