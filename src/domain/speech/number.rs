//! Vietnamese words for numbers, as read in the north: linh, nghìn, tỷ; mốt, tư, lăm after tens.

/// The most digits that are read as one number; more of them are read one by one.
pub const DIGITS_MAX: usize = 18;

const DIGITS: [&str; 10] = ["không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín"];
const BILLION: u64 = 1_000_000_000;

/// A count: `hai nghìn không trăm hai mươi ba`. Groups of three zeros are passed over, and what follows them says its
/// hundreds, so that nothing can be misheard: 1.000.005 is `một triệu không trăm linh năm`.
#[must_use]
pub fn cardinal(number: u64) -> String {
    let mut words = Vec::new();
    push(number, &mut words);
    if words.is_empty() { DIGITS[0].to_owned() } else { words.join(" ") }
}

/// Digits one by one, as of a telephone: `không chín một hai`. Anything else is left out.
#[must_use]
pub fn digits(text: &str) -> String {
    let word = |letter: char| letter.to_digit(10).map(digit);
    text.chars().filter_map(word).collect::<Vec<_>>().join(" ")
}

/// Which in a row, as it follows `thứ`: nhất, hai, ba, tư ...
#[must_use]
pub fn ordinal(number: u64) -> String {
    match number {
        1 => "nhất".to_owned(),
        4 => "tư".to_owned(),
        _ => cardinal(number),
    }
}

/// The month, as it follows `tháng`.
#[must_use]
pub fn month(number: u64) -> String {
    if number == 4 { "tư".to_owned() } else { cardinal(number) }
}

/// The day of a month, as it follows `ngày`: up to the tenth with `mùng`.
#[must_use]
pub fn day(number: u64) -> String {
    let words = cardinal(number);
    if (1..=10).contains(&number) { format!("mùng {words}") } else { words }
}

/// What stands behind a decimal comma: as a number, or digit by digit where that would hide a zero or be long.
#[must_use]
pub fn fraction(text: &str) -> String {
    let short = text.len() <= 3 && !text.starts_with('0');
    text.parse().ok().filter(|_| short).map_or_else(|| digits(text), cardinal)
}

fn digit(number: u32) -> &'static str {
    DIGITS[number as usize % 10]
}

fn push(number: u64, words: &mut Vec<&'static str>) {
    let (billions, rest) = (number / BILLION, number % BILLION);
    if billions > 0 {
        push(billions, words);
        words.push("tỷ");
    }
    for (size, name) in [(1_000_000, "triệu"), (1_000, "nghìn"), (1, "")] {
        let group = u32::try_from(rest / size % 1_000).unwrap_or(0);
        if group > 0 {
            push_group(group, !words.is_empty(), words);
            words.extend(Some(name).filter(|name| !name.is_empty()));
        }
    }
}

/// Below 1,000. `whole`: something stands before it, so its hundreds are said even when there are none.
fn push_group(group: u32, whole: bool, words: &mut Vec<&'static str>) {
    let (hundreds, tens, ones) = (group / 100, group / 10 % 10, group % 10);
    let whole = whole || hundreds > 0;
    if whole {
        words.extend([digit(hundreds), "trăm"]);
    }
    match tens {
        0 if whole && ones > 0 => words.push("linh"),
        0 => {}
        1 => words.push("mười"),
        _ => words.extend([digit(tens), "mươi"]),
    }
    match (tens, ones) {
        (_, 0) => {}
        (2.., 1) => words.push("mốt"),
        (2.., 4) => words.push("tư"),
        (1.., 5) => words.push("lăm"),
        _ => words.push(digit(ones)),
    }
}
