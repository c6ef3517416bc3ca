//! Numbers and dates as a Vietnamese office writes them.

use chrono::{Datelike, NaiveDate};

/// A count: `0`, `03`, `12`, `1.200`. From 1 to 9 it is padded, so that no digit can be added in front.
#[must_use]
pub fn count(number: u64) -> String {
    if (1..10).contains(&number) { format!("0{number}") } else { thousands(number) }
}

/// A number with a dot between thousands: `1.234.567`.
#[must_use]
pub fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push('.');
        }
        text.push(digit);
    }
    text
}

/// `numerator / denominator` to one decimal, half rounded up, with a decimal comma: `3,8`; `4` when the decimal is 0.
/// `0` when there is nothing to divide by.
#[must_use]
pub fn ratio(numerator: u64, denominator: u64) -> String {
    if denominator == 0 {
        return "0".to_owned();
    }
    let (numerator, denominator) = (u128::from(numerator), u128::from(denominator));
    let tenths = (numerator * 20 + denominator) / (denominator * 2);
    let whole = thousands(u64::try_from(tenths / 10).unwrap_or(u64::MAX));
    if tenths.is_multiple_of(10) { whole } else { format!("{whole},{}", tenths % 10) }
}

/// A count in rounding words: `trên 190` for 196. Never more than the truth: the round number lies below, and a number
/// that is round itself is written as it is. Round means tens up to 1,000, beyond that two leading digits.
#[must_use]
pub fn count_over(number: u64) -> String {
    round_below(number).map_or_else(|| count(number), |round| format!("trên {}", thousands(round)))
}

/// The round number below `number` that words like `trên` may name; none if `number` is round itself or below 10.
#[must_use]
pub fn round_below(number: u64) -> Option<u64> {
    let mut step = 10;
    while number / step >= 100 {
        step *= 10;
    }
    (number >= step && !number.is_multiple_of(step)).then(|| number - number % step)
}

/// A count as people say it when they do not count: `hàng chục` from 20 to 99, `hàng trăm` from 200 to 999, else as
/// [`count_over`].
#[must_use]
pub fn count_vague(number: u64) -> String {
    match number {
        20..=99 => "hàng chục".to_owned(),
        200..=999 => "hàng trăm".to_owned(),
        _ => count_over(number),
    }
}

/// Hours and minutes, the seconds rounded to the nearest minute: `41 giờ 40 phút`, `40 phút`.
#[must_use]
pub fn hours_and_minutes(time_ms: u64) -> String {
    let minutes = (time_ms + 30_000) / 60_000;
    match (minutes / 60, minutes % 60) {
        (0, minutes) => format!("{minutes} phút"),
        (hours, minutes) => format!("{} giờ {minutes} phút", thousands(hours)),
    }
}

/// A date as Nghị định 30/2020 writes it: a day below 10 and the months 1 and 2 are padded, `10/3/2021`, `05/01/2021`.
#[must_use]
pub fn date(day: NaiveDate) -> String {
    format!("{:02}/{}/{}", day.day(), month(day.month()), day.year())
}

/// A month's number, padded when it is 1 or 2.
#[must_use]
pub fn month(number: u32) -> String {
    if number < 3 { format!("{number:02}") } else { number.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_counts_are_padded_and_large_ones_dotted() {
        let cases = [(0, "0"), (3, "03"), (10, "10"), (999, "999"), (1_200, "1.200"), (1_234_567, "1.234.567")];
        for (number, text) in cases {
            assert_eq!(count(number), text);
        }
        assert_eq!(count(u64::MAX), "18.446.744.073.709.551.615");
    }

    #[test]
    fn rounding_words_never_claim_more_than_the_truth() {
        let cases = [
            (0, "0"),
            (7, "07"),
            (10, "10"),
            (11, "trên 10"),
            (57, "trên 50"),
            (100, "100"),
            (103, "trên 100"),
            (196, "trên 190"),
            (999, "trên 990"),
            (1_000, "1.000"),
            (1_234, "trên 1.200"),
            (12_345, "trên 12.000"),
        ];
        for (number, text) in cases {
            assert_eq!(count_over(number), text, "{number}");
        }
    }

    #[test]
    fn every_round_number_said_lies_strictly_below() {
        for number in (0..20_000).chain([u64::MAX]) {
            let text = count_over(number);
            let digits: String = text.chars().filter(char::is_ascii_digit).collect();
            let said: u64 = digits.parse().unwrap();
            if text.starts_with("trên") {
                assert!(said < number, "{text} for {number}");
            } else {
                assert_eq!(said, number);
            }
        }
    }

    #[test]
    fn vague_words_keep_to_their_decades() {
        let cases = [(19, "trên 10"), (20, "hàng chục"), (99, "hàng chục"), (100, "100"), (250, "hàng trăm")];
        for (number, text) in cases {
            assert_eq!(count_vague(number), text);
        }
    }

    #[test]
    fn ratios_have_a_decimal_comma() {
        let cases =
            [(100, 26, "3,8"), (0, 26, "0"), (5, 0, "0"), (104, 26, "4"), (1, 20, "0,1"), (12_345, 1, "12.345")];
        for (numerator, denominator, text) in cases {
            assert_eq!(ratio(numerator, denominator), text);
        }
    }

    #[test]
    fn hours_are_left_out_when_there_are_none() {
        let cases = [(0, "0 phút"), (29_999, "0 phút"), (30_000, "1 phút"), (3_599_999, "1 giờ 0 phút")];
        for (time_ms, text) in cases {
            assert_eq!(hours_and_minutes(time_ms), text);
        }
        assert_eq!(hours_and_minutes(150_000_000), "41 giờ 40 phút");
    }

    #[test]
    fn dates_are_padded_as_the_decree_says() {
        let cases = [(2021, 1, 5, "05/01/2021"), (2016, 2, 4, "04/02/2016"), (2021, 3, 10, "10/3/2021")];
        for (year, month, day, text) in cases {
            assert_eq!(date(NaiveDate::from_ymd_opt(year, month, day).unwrap()), text);
        }
    }
}
