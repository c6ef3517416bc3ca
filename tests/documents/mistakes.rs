//! Bad templates and poor periods: what is wrong is told with file, line and name, and an empty period is a report too.

use std::path::Path;

use super::{Made, flat, made, told_by};

/// The shipped templates in a folder of their own, and the arguments that use them.
fn templates() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let (done, _, said) = made().loa(&["report", "--templates", folder.path().to_str().unwrap()]);
    assert!(done, "{said}");
    folder
}

fn report(made: &Made, templates: &Path, form: &str, period: &str) -> (bool, String) {
    let out = templates.join("out");
    let setting = format!("report.templates_folder={}", templates.display());
    let arguments = ["report", "--period", period, "--format", form, "--set", &setting, "--out", out.to_str().unwrap()];
    let (done, _, said) = made.loa(&arguments);
    (done, said)
}

fn change(folder: &Path, name: &str, from: &str, to: &str) {
    let path = folder.join(name);
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(text.contains(from), "{name} has no {from}");
    std::fs::write(path, text.replacen(from, to, 1)).unwrap();
}

#[test]
fn the_templates_that_are_written_out_make_the_same_report() {
    let folder = templates();
    let (done, said) = report(made(), folder.path(), "docx,pdf,txt", "2023-H1");
    assert!(done, "{said}");
    let written = std::fs::read_to_string(folder.path().join("out/bao-cao-2023-H1.txt")).unwrap();
    assert!(flat(&written).contains("đã phát 100 tin bài, với"), "with the airings, as the shipped texts say them");
}

#[test]
fn a_field_that_does_not_exist_is_told_with_file_line_and_what_was_meant() {
    let folder = templates();
    change(folder.path(), "sections.vi.toml", "- {{T3}}", "- {{T3}} {{perod}}");
    let text = std::fs::read_to_string(folder.path().join("sections.vi.toml")).unwrap();
    let line = 1 + text.lines().position(|line| line.contains("perod")).unwrap();
    let (done, said) = report(made(), folder.path(), "txt", "2023-H1");
    assert!(!done);
    for part in ["sections.vi.toml", &format!("line {line}"), "`perod`", "did you mean `period`?"] {
        assert!(said.contains(part), "{part}: {said}");
    }
}

#[test]
fn a_text_template_that_is_no_toml_is_told_with_its_line() {
    let folder = templates();
    change(folder.path(), "sections.vi.toml", "kind = \"BÁO CÁO\"", "kind = BÁO CÁO");
    let (done, said) = report(made(), folder.path(), "txt", "2023-H1");
    assert!(!done && said.contains("sections.vi.toml line 2"), "{said}");
}

#[test]
fn a_page_template_with_a_wrong_name_or_a_missing_font_is_told_with_its_line() {
    for (from, to, told) in [
        ("report.heading.kind", "report.heading.knid", "knid"),
        ("font: \"Liberation Serif\"", "font: \"VNI-Times\"", "vni-times"),
    ] {
        let folder = templates();
        change(folder.path(), "report.typ", from, to);
        let text = std::fs::read_to_string(folder.path().join("report.typ")).unwrap();
        let line = 1 + text.lines().position(|line| line.contains(to)).unwrap();
        let (done, said) = report(made(), folder.path(), "pdf", "2023-06");
        assert!(!done);
        assert!(said.contains(told) && said.contains(&format!("report.typ line {line}")), "line {line}: {said}");
    }
}

/// Writes a Word template with one part changed.
fn change_word(folder: &Path, part: &str, change: impl Fn(&str) -> String) {
    use std::io::{Read as _, Write as _};
    let path = folder.join("report.docx");
    let bytes = std::fs::read(&path).unwrap();
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let mut writer = zip::ZipWriter::new(std::fs::File::create(&path).unwrap());
    for index in 0..archive.len() {
        let mut file = archive.by_index(index).unwrap();
        let name = file.name().unwrap().into_owned();
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).unwrap();
        if name == part {
            bytes = change(std::str::from_utf8(&bytes).unwrap()).into_bytes();
        }
        writer.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(&bytes).unwrap();
    }
    writer.finish().unwrap();
}

#[test]
fn a_wrong_field_of_the_word_template_is_told_with_its_paragraph() {
    let folder = templates();
    change_word(folder.path(), "word/document.xml", |text| text.replace("{{motto}}", "{{moto}}"));
    let (done, said) = report(made(), folder.path(), "docx", "2023-06");
    assert!(!done);
    for part in ["report.docx", "line ", "`moto`", "did you mean `motto`?"] {
        assert!(said.contains(part), "{part}: {said}");
    }
    std::fs::write(folder.path().join("report.docx"), "no archive").unwrap();
    let (done, said) = report(made(), folder.path(), "docx", "2023-06");
    assert!(!done && said.contains("no Word file"), "{said}");
}

#[test]
fn a_field_that_word_cut_into_runs_is_filled_all_the_same() {
    let folder = templates();
    let cut = "{{mo</w:t></w:r><w:proofErr w:type=\"spellStart\"/><w:r><w:t>tto}</w:t></w:r><w:r><w:t>}";
    change_word(folder.path(), "word/document.xml", |text| text.replace("{{motto}}", cut));
    let (done, said) = report(made(), folder.path(), "docx", "2023-06");
    assert!(done, "{said}");
    let text = told_by(
        "unzip",
        &["-p", folder.path().join("out/bao-cao-2023-06.docx").to_str().unwrap(), "word/document.xml"],
    );
    assert!(text.contains("Độc lập - Tự do - Hạnh phúc") && !text.contains("{{"));
}

#[test]
fn a_period_without_an_airing_is_a_report_that_says_so() {
    let folder = templates();
    let (done, said) = report(made(), folder.path(), "docx,pdf,xlsx,html,txt,csv,json", "2019-H1");
    assert!(done, "{said}");
    let text = flat(&std::fs::read_to_string(folder.path().join("out/bao-cao-2019-H1.txt")).unwrap());
    assert!(text.contains("không phát tin bài nào"), "{text}");
    assert!(text.contains("Trong kỳ báo cáo không có lượt phát nào được tính."));
}

#[test]
fn a_typed_figure_without_a_place_is_refused() {
    let made = made();
    let out = made.file("typed");
    let arguments = ["report", "--period", "2023-06", "--format", "txt", "--typed", "porta=3", "--out"];
    let (done, _, said) = made.loa(&[&arguments[..], &[out.to_str().unwrap()]].concat());
    assert!(!done && said.contains("`porta`") && said.contains("portal_items"), "{said}");
}
