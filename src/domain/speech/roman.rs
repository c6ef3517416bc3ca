//! Roman numerals, as headings, congresses and quarters bear them.

const VALUES: [(&str, u64); 9] =
    [("C", 100), ("XC", 90), ("L", 50), ("XL", 40), ("X", 10), ("IX", 9), ("V", 5), ("IV", 4), ("I", 1)];

/// The value of a numeral below 400, if it is written as it ought to be: IIII is none.
#[must_use]
pub fn value(text: &str) -> Option<u64> {
    let (mut rest, mut sum) = (text, 0);
    for (numeral, value) in VALUES {
        while let Some(behind) = rest.strip_prefix(numeral) {
            (rest, sum) = (behind, sum + value);
        }
    }
    (rest.is_empty() && sum > 0 && written(sum) == text).then_some(sum)
}

fn written(mut number: u64) -> String {
    let mut text = String::new();
    for (numeral, value) in VALUES {
        while number >= value {
            text.push_str(numeral);
            number -= value;
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_numeral_is_read_back_and_malformed_ones_are_none() {
        for number in 1..400 {
            assert_eq!(value(&written(number)), Some(number));
        }
        for text in ["", "IIII", "VX", "IC", "XIIX", "A", "LL", "iv"] {
            assert_eq!(value(text), None, "{text}");
        }
    }
}
