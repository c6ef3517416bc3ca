//! Words: abbreviations of the table, Roman numerals, capitals, addresses of the web.

use unicode_normalization::UnicodeNormalization as _;

use super::line::{Line, Piece};
use super::number::{cardinal, digits, ordinal};
use super::quantity::longest;
use super::roman;

/// Words before a Roman numeral.
const BEFORE_A_NUMERAL: [&str; 20] = [
    "khóa", "khoá", "thứ", "quý", "chương", "phần", "mục", "kỷ", "hội", "loại", "cấp", "hạng", "kỳ", "nhóm", "bảng",
    "tập", "khu", "vùng", "giai", "đợt",
];
/// What may stand behind the last vowel of a Vietnamese syllable.
const CODAS: [&str; 9] = ["", "c", "ch", "m", "n", "ng", "nh", "p", "t"];
/// Consonants that may stand together in a word that can be said.
const CLUSTER_MAX: usize = 3;

/// The word at `at`, and its abbreviation if it is an unknown one.
pub(super) fn at(line: &Line<'_>, at: usize) -> Option<(Piece, Option<String>)> {
    let begins = !line.before(at).is_some_and(char::is_alphabetic);
    if begins
        && let Some((end, spoken)) = longest(line, at, |text| line.table.abbreviation(text))
        && !(line.shouting && can_be_said(&line.text(at, end)))
    {
        return Some((Piece::new(end, format!(" {spoken} ")), None));
    }
    if !line.get(at)?.is_alphabetic() {
        return None;
    }
    let end = line.run(at, |letter| letter.is_alphabetic() || is_mark(letter));
    let word = line.text(at, end);
    if let Some(piece) = begins.then(|| numeral(line, at, end, &word)).flatten() {
        return Some((piece, None));
    }
    let beside_digit = line.digit(end) || at > 0 && line.digit(at - 1);
    let said = |spoken: String| if beside_digit { format!(" {spoken} ") } else { spoken };
    let capitals = word.chars().all(char::is_uppercase);
    if !capitals {
        return Some((Piece::new(end, said(word)), None));
    }
    if end - at == 1 {
        let single = if beside_digit { line.table.spelled(&word) } else { word };
        return Some((Piece::new(end, said(single)), None));
    }
    if can_be_said(&word) {
        return Some((Piece::new(end, said(word.to_lowercase())), None));
    }
    Some((Piece::new(end, format!(" {} ", line.table.spelled(&word))), Some(word)))
}

/// `XIII` of a congress, `II.` of a heading.
fn numeral(line: &Line<'_>, at: usize, end: usize, word: &str) -> Option<Piece> {
    let value = roman::value(word)?;
    let last = line.last_word();
    let cue = BEFORE_A_NUMERAL.contains(&last.as_str());
    let small = word.chars().all(|letter| matches!(letter, 'I' | 'V' | 'X'));
    let heading = at == 0 && small && matches!(line.get(end), Some('.' | ')' | '/' | ':' | ' ' | '-' | '\u{2013}'));
    // "VI PHẠM" is no sixth: a numeral among other capitals is a word.
    let next = line.run(end, char::is_whitespace);
    let loud = line.get(next).is_some_and(char::is_uppercase) && line.get(next + 1).is_some_and(char::is_uppercase);
    let heading = heading && !(matches!(line.get(end), Some(' ')) && loud);
    let alone = small && end - at > 1 && !loud && !line.shouting;
    let words = if last == "thứ" { ordinal(value) } else { cardinal(value) };
    let sign = usize::from(heading && matches!(line.get(end), Some(')' | '/' | '-' | '\u{2013}')));
    let pause = if sign == 1 { "." } else { "" };
    (cue || heading || alone).then(|| Piece::new(end + sign, format!(" {words}{pause} ")))
}

/// An address of the web or of mail, sign by sign.
pub(super) fn address(line: &Line<'_>, at: usize) -> Option<Piece> {
    let end = line.run(at, |letter| !letter.is_whitespace() && !matches!(letter, ',' | ';' | '(' | ')' | '"'));
    let text = line.text(at, end);
    let text = text.trim_end_matches(['.', ':', '!', '?', '/']);
    let lower = text.to_lowercase();
    let web = ["http://", "https://", "www."].iter().any(|start| lower.starts_with(start));
    let mail = text.split_once('@').is_some_and(|(name, host)| !name.is_empty() && host.contains('.'));
    if !web && !mail {
        return None;
    }
    let end = at + text.chars().count();
    let bare = lower.trim_start_matches("https://").trim_start_matches("http://");
    let spoken = bare.chars().fold(String::new(), |mut spoken, letter| {
        match letter {
            '.' => spoken.push_str(" chấm "),
            '/' => spoken.push_str(" xuyệt "),
            '-' => spoken.push_str(" gạch ngang "),
            '_' => spoken.push_str(" gạch dưới "),
            '@' => spoken.push_str(" a còng "),
            digit if digit.is_ascii_digit() => spoken = format!("{spoken} {} ", digits(&digit.to_string())),
            letter if letter.is_alphabetic() => spoken.push(letter),
            _ => spoken.push(' '),
        }
        spoken
    });
    Some(Piece::new(end, spoken))
}

/// Whether a word in capitals can be read as it stands: it has a vowel, and no more consonants together than a tongue takes.
fn can_be_said(word: &str) -> bool {
    let word = word.to_lowercase();
    let bare: String = word.nfd().filter(|letter| !is_mark(*letter)).collect();
    // Only a word of this language has ă, ơ, ế ...; đ is its consonant as well.
    if bare.chars().filter(|letter| *letter != 'đ').ne(word.chars().filter(|letter| *letter != 'đ')) {
        return true;
    }
    let vowel = |letter: char| "aeiouy".contains(letter);
    let Some(last) = bare.rfind(vowel) else { return false };
    let clustered = bare.split(vowel).any(|consonants| consonants.chars().count() > CLUSTER_MAX);
    CODAS.contains(&&bare[last + 1..]) && !clustered
}

/// A mark above or below a letter, on its own.
const fn is_mark(letter: char) -> bool {
    matches!(letter, '\u{300}'..='\u{36f}')
}
