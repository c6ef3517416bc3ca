//! The numbers of Nghị định 30/2020/NĐ-CP, Phụ lục I, measured on the paper.

use super::{flat, made, told_by};

/// Points of a millimetre.
const MM: f64 = 72.0 / 25.4;
/// A letter may lean so far over its edge, in points.
const LEAN: f64 = 1.0;

/// A word on a page: left, top, right, bottom, in points from the top left corner.
struct Word {
    edges: [f64; 4],
    text: String,
}

struct Page {
    size: [f64; 2],
    words: Vec<Word>,
}

fn attributes<const N: usize>(line: &str, names: [&str; N]) -> [f64; N] {
    names.map(|name| line.split(&format!("{name}=\"")).nth(1).unwrap().split('"').next().unwrap().parse().unwrap())
}

fn pages(pdf: &str) -> Vec<Page> {
    let boxes = told_by("pdftotext", &["-bbox", pdf, "-"]);
    let mut pages = Vec::new();
    for line in boxes.lines().map(str::trim) {
        if line.starts_with("<page ") {
            pages.push(Page { size: attributes(line, ["width", "height"]), words: Vec::new() });
        } else if line.starts_with("<word ") {
            let text = line.split('>').nth(1).unwrap().split('<').next().unwrap().to_owned();
            let edges = attributes(line, ["xMin", "yMin", "xMax", "yMax"]);
            pages.last_mut().unwrap().words.push(Word { edges, text });
        }
    }
    pages
}

impl Page {
    fn is_landscape(&self) -> bool {
        self.size[0] > self.size[1]
    }

    /// The words of the text: below the top margin.
    fn text(&self) -> impl Iterator<Item = &Word> {
        self.words.iter().filter(|word| word.edges[1] > 19.0 * MM)
    }

    /// The number in the top margin; the mark of a rehearsal stands above 10 mm.
    fn number(&self) -> Option<&Word> {
        let found = self.words.iter().find(|word| word.edges[1] > 9.0 * MM && word.edges[3] < 20.0 * MM)?;
        found.text.parse::<u32>().ok().map(|_| found)
    }
}

/// Holds for the paper that Loa sets and for the Word file as LibreOffice sets it.
fn keeps_the_decree(pdf: &str) {
    let pages = pages(pdf);
    let report: Vec<&Page> = pages.iter().take_while(|page| !page.is_landscape()).collect();
    assert!(report.len() >= 5, "{} pages", report.len());
    for (index, page) in report.iter().enumerate() {
        let [width, height] = page.size;
        assert!((width - 210.0 * MM).abs() < 1.0 && (height - 297.0 * MM).abs() < 1.0, "A4: {width} x {height}");
        for word in page.text() {
            let [left, _, right, bottom] = word.edges;
            assert!(left > 30.0 * MM - LEAN, "page {}: `{}` stands at {left}", index + 1, word.text);
            assert!(right < width - 20.0 * MM + LEAN, "page {}: `{}` ends at {right}", index + 1, word.text);
            assert!(bottom < height - 20.0 * MM + 4.0, "page {}: `{}` reaches {bottom}", index + 1, word.text);
        }
        let number = page.number();
        if index == 0 {
            assert!(number.is_none(), "no number on the first page");
        } else {
            let number = number.unwrap_or_else(|| panic!("page {} has no number", index + 1));
            assert_eq!(number.text, (index + 1).to_string());
            let middle = f64::midpoint(number.edges[0], number.edges[2]);
            // In the middle of the text, which is five millimetres right of the paper's.
            assert!((middle - 110.0 * MM).abs() < 2.0, "{middle}");
        }
    }
    let has = |page: &Page, ending: &str| page.words.iter().any(|word| word.text.ends_with(ending));
    let signed = report.iter().find(|page| has(page, "TM.")).expect("it is signed");
    assert!(has(signed, "./."), "no signature stands on a page without the last words");
    let edge = report[1].text().map(|word| word.edges[0]).fold(f64::MAX, f64::min);
    assert!((edge - 30.0 * MM).abs() < 2.0, "the text begins at the left margin: {edge}");
    let annexes: Vec<&Page> = pages.iter().skip(report.len()).collect();
    let firsts: Vec<&&Page> = annexes.iter().filter(|page| page.words.iter().any(|word| word.text == "Phụ")).collect();
    assert_eq!(firsts.len(), 3, "three annexes");
    assert!(firsts.iter().all(|page| page.number().is_none()), "each begins without a number");
    let last = annexes.last().unwrap();
    for page in &annexes {
        let foot = page.words.iter().filter(|word| word.edges[1] > page.size[1] - 32.0 * MM);
        let foot = foot.map(|word| word.text.as_str()).collect::<Vec<_>>().join(" ");
        assert!(foot.contains("90%") && foot.contains("verify --head"), "the foot of every annex page: {foot}");
    }
    assert!(last.is_landscape());
}

#[test]
fn the_pdf_keeps_the_decree_and_carries_its_fonts() {
    let file = made().file("bao-cao-2023-H1.pdf");
    let file = file.to_str().unwrap();
    keeps_the_decree(file);
    let fonts = told_by("pdffonts", &[file]);
    let fonts: Vec<&str> = fonts.lines().skip(2).collect();
    assert!(fonts.len() >= 4, "regular, bold, italic and both: {fonts:?}");
    for font in fonts {
        assert!(font.contains("LiberationSerif") && font.contains(" yes yes yes"), "embedded: {font}");
    }
}

#[test]
fn the_word_file_is_set_alike_by_libreoffice_and_loses_no_word() {
    let made = made();
    let profile = tempfile::tempdir().unwrap();
    let user = format!("-env:UserInstallation=file://{}", profile.path().display());
    let out = made.file("word");
    told_by(
        "soffice",
        &[
            &user,
            "--headless",
            "--convert-to",
            "pdf",
            "--outdir",
            out.to_str().unwrap(),
            made.file("bao-cao-2023-H1.docx").to_str().unwrap(),
        ],
    );
    let file = out.join("bao-cao-2023-H1.pdf");
    let file = file.to_str().unwrap();
    keeps_the_decree(file);
    let words = |file: &str| {
        let text = told_by("pdftotext", &["-layout", file, "-"]);
        let text = flat(&text);
        let mut words: Vec<String> = text.split(' ').map(str::to_owned).collect();
        words.sort();
        words.dedup();
        words
    };
    // Numbers of pages and the words that a narrow column breaks aside, both papers hold the same words.
    let (own, words_file) = (words(made.file("bao-cao-2023-H1.pdf").to_str().unwrap()), words(file));
    let lost: Vec<&String> =
        own.iter().filter(|word| word.parse::<u32>().is_err() && words_file.binary_search(word).is_err()).collect();
    assert!(lost.len() * 100 < own.len(), "{lost:?} of {} words", own.len());
}

#[test]
fn the_word_file_says_the_margins_in_twentieths_of_a_point() {
    let file = std::fs::File::open(made().file("bao-cao-2023-H1.docx")).unwrap();
    let mut archive = zip::ZipArchive::new(file).unwrap();
    let mut part = |name: &str| std::io::read_to_string(archive.by_name(name).unwrap()).unwrap();
    let document = part("word/document.xml");
    let margins = "w:top=\"1134\" w:right=\"1134\" w:bottom=\"1134\" w:left=\"1701\"";
    assert!(document.contains(margins), "20, 20, 20 and 30 mm");
    assert_eq!(
        document.matches("<w:titlePg/>").count(),
        4,
        "no number on the first page of the report and its annexes"
    );
    assert!(part("word/styles.xml").contains("w:ascii=\"Times New Roman\""));
    assert!(!document.contains("{{"));
    let picture = archive.by_name("word/media/check.png").unwrap().size();
    assert!(picture > 200, "the code: {picture} bytes");
}
