//! The names of an office in the forms that a document needs.

/// What an agency of this kind is called in full, and inside a sentence.
const COMMITTEE: &str = "Ủy ban nhân dân";
const COMMITTEE_SHORT: &str = "UBND";

/// Words in front of the name of a place.
const UNITS: [&str; 9] =
    ["thị trấn", "phường", "xã", "đặc khu", "thành phố", "thị xã", "quận", "huyện", "tỉnh"];

/// The agency in capitals: the committee above, the place below. Another agency stands on one line.
pub(super) fn lines(agency: &str) -> Vec<String> {
    match of_committee(agency) {
        Some(place) if !place.is_empty() => vec![COMMITTEE.to_uppercase(), place.to_uppercase()],
        _ => vec![agency.trim().to_uppercase()],
    }
}

/// `UBND thị trấn Lai Cách`.
pub(super) fn short(agency: &str) -> String {
    of_committee(agency).map_or_else(|| agency.trim().to_owned(), |place| format!("{COMMITTEE_SHORT} {place}"))
}

/// `Lai Cách`: the name without what sort of place it is; empty if the agency names none.
pub(super) fn place(agency: &str) -> &str {
    let place = of_committee(agency).unwrap_or_default();
    let name = UNITS.iter().find_map(|unit| {
        let rest = place.get(..unit.len()).filter(|head| head.to_lowercase() == *unit).and(place.get(unit.len()..))?;
        rest.starts_with(' ').then(|| rest.trim())
    });
    name.unwrap_or(place)
}

/// What follows the committee's name.
fn of_committee(agency: &str) -> Option<&str> {
    let agency = agency.trim();
    let head = agency.char_indices().nth(COMMITTEE.chars().count()).map_or(agency.len(), |(at, _)| at);
    (agency[..head].to_lowercase() == COMMITTEE.to_lowercase()).then(|| agency[head..].trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_committee_is_written_on_two_lines_and_names_its_place() {
        let cases = [
            ("Ủy ban nhân dân thị trấn Lai Cách", "ỦY BAN NHÂN DÂN|THỊ TRẤN LAI CÁCH", "UBND thị trấn Lai Cách", "Lai Cách"),
            ("Ủy ban nhân dân Phường Điện Bàn Đông", "ỦY BAN NHÂN DÂN|PHƯỜNG ĐIỆN BÀN ĐÔNG", "UBND Phường Điện Bàn Đông", "Điện Bàn Đông"),
            ("Trung tâm Văn hóa", "TRUNG TÂM VĂN HÓA", "Trung tâm Văn hóa", ""),
            ("", "", "", ""),
        ];
        for (agency, caps, inside, name) in cases {
            assert_eq!(lines(agency).join("|"), caps);
            assert_eq!(short(agency), inside);
            assert_eq!(place(agency), name);
        }
    }
}
