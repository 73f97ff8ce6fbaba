//! Spreadsheets.

use std::io::{Cursor, Write};

use attestry_catalog::{Files, Reading, bundle, load_bundle, pack_of_bytes};
use proptest::prelude::*;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::{loaded, named, pack, refused};

const SHEET: &str = "\
ID,Parent,Title,Description,Owner
A,,Access,,x
A.1,A,Joiners get access by role,\"Access follows the role,
and nothing else.\",y
,,,,
A.10,A,Leavers lose it,,z
";

#[test]
fn rows_become_requirements_and_those_above_others_headings() {
    let pack = pack("house rules.csv", SHEET);
    let catalog = loaded(&pack);
    let framework = &catalog.frameworks[&"demo".parse().unwrap()];
    assert_eq!((framework.title.as_str(), framework.version.as_str()), ("house rules", "2026-03-01"));
    let node = |id: &str| &catalog.requirements[&id.parse().unwrap()];
    assert_eq!((node("demo:A").kind.as_str(), node("demo:A").assessable), ("heading", false));
    assert_eq!(node("demo:A.1").summary, "Access follows the role, and nothing else.");
    assert_eq!(node("demo:A.10").summary, "See the publication.");
    assert_eq!(node("demo:A.10").parent.as_ref().unwrap().as_str(), "demo:A");
    assert_eq!(pack.notes, ["columns that are not read: owner"]);
}

#[test]
fn what_the_reader_says_of_the_framework_is_written_into_it() {
    let (title, edition) = (Some("House rules".to_owned()), Some("7".to_owned()));
    let publisher = Some("Acme".to_owned());
    let reading = Reading { title, edition, publisher, ..named("house") };
    let catalog = loaded(&pack_of_bytes("h.csv", SHEET.as_bytes(), &reading).unwrap());
    let framework = &catalog.frameworks[&"house".parse().unwrap()];
    assert_eq!([&framework.title, &framework.version, &framework.publisher], ["House rules", "7", "Acme"]);
}

#[test]
fn semicolons_tabs_a_byte_order_mark_and_lines_before_the_head_are_understood() {
    for sheet in
        ["\u{feff}id;title\nA.1;One\n", "id\ttitle\nA.1\tOne\n", "House rules,\n,\nTitle,Id\nOne,A.1\n"]
    {
        let catalog = loaded(&pack("s.csv", sheet));
        assert_eq!(catalog.requirements[&"demo:A.1".parse().unwrap()].title, "One", "{sheet}");
    }
}

#[test]
fn a_heading_can_be_assessed_and_a_row_left_out_of_assessment() {
    let sheet = "id,parent,title,kind,assessable\nA,,Access,domain,yes\nA.1,A,One,,no\nA.2,A,Two,rule,\n";
    let catalog = loaded(&pack("s.csv", sheet));
    let node = |id: &str| {
        let one = &catalog.requirements[&id.parse().unwrap()];
        (one.kind.as_str(), one.assessable)
    };
    assert_eq!(
        [node("demo:A"), node("demo:A.1"), node("demo:A.2")],
        [("domain", true), ("requirement", false), ("rule", true)]
    );
}

#[test]
fn every_fault_names_its_row_and_column() {
    let sheet = "id,parent,title,assessable\nA,,Access,\n,,No id,\nA.1,A,,\nA.2,A,Two,perhaps\n";
    assert_eq!(
        refused("s.csv", sheet),
        [
            "s.csv:3: id: the row has no `id`",
            "s.csv:4: title: the row has no `title`",
            "s.csv:5: assessable: `perhaps` says neither yes nor no",
        ]
    );
    let sheet = "id,parent,title\nACC,,Access\nACC.1,AC,One\nACC,,Again\nX/1,,Odd\n";
    assert_eq!(
        refused("s.csv", sheet),
        [
            "s.csv:4: id: requirement `ACC` is already there, at s.csv:2",
            "s.csv:5: id: `demo:X/1` is no requirement id; expected 1 to 80 letters, digits, spaces, dots, colons, hyphens or brackets",
            "s.csv:3: parent: unknown requirement `AC`; nearest is `ACC`",
        ]
    );
}

#[test]
fn parents_in_a_circle_are_refused_at_every_row_of_it() {
    let sheet = "id,parent,title\nA,C,One\nB,A,Two\nC,B,Three\nD,C,Under it\n";
    let why = "stands above itself; correct its parent or that of a node in between";
    let expected =
        [(2, "A"), (3, "B"), (4, "C")].map(|(row, id)| format!("s.csv:{row}: parent: `{id}` {why}"));
    assert_eq!(refused("s.csv", sheet), expected);
}

#[test]
fn a_table_without_the_two_columns_is_refused_with_what_it_has() {
    assert_eq!(
        refused("s.csv", "code,name\nA,One\n"),
        ["s.csv: has no row with the column heads `id` and `title`; its first row is `code`, `name`"]
    );
    assert_eq!(
        refused("s.csv", ""),
        ["s.csv: has no row with the column heads `id` and `title`; it is empty"]
    );
    assert_eq!(refused("s.csv", "id,title\n"), ["s.csv: holds no requirement"]);
    assert_eq!(refused("s.csv", b"id,title\n\xe9,x\n"), ["s.csv: not UTF-8 text"]);
}

const CONTENT: &str = r#"<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>"#;
const ROOT: &str = r#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
const WORKBOOK: &str = r#"<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="About" sheetId="1" r:id="r1"/><sheet name="Rules" sheetId="2" r:id="r2"/></sheets></workbook>"#;
const RELATIONS: &str = r#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="r2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet2.xml"/><Relationship Id="r3" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/></Relationships>"#;
const STYLES: &str = r#"<?xml version="1.0"?><styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>"#;

fn sheet(rows: &str) -> String {
    format!(
        r#"<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{rows}</sheetData></worksheet>"#
    )
}

/// A cell with text.
fn cell(place: &str, text: &str) -> String {
    format!(r#"<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>"#)
}

/// A workbook with a first sheet of prose, and these rows in its second.
fn workbook(rows: &str) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let about = sheet(&format!(r#"<row r="1">{}</row>"#, cell("A1", "read the other sheet")));
    let parts = [
        ("[Content_Types].xml", CONTENT),
        ("_rels/.rels", ROOT),
        ("xl/workbook.xml", WORKBOOK),
        ("xl/_rels/workbook.xml.rels", RELATIONS),
        ("xl/styles.xml", STYLES),
        ("xl/worksheets/sheet1.xml", &about),
        ("xl/worksheets/sheet2.xml", &sheet(rows)),
    ];
    for (path, text) in parts {
        zip.start_file(path, SimpleFileOptions::default()).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn head() -> String {
    format!(r#"<row r="3">{}{}{}</row>"#, cell("B3", "Id"), cell("C3", "Parent"), cell("D3", "TITLE"))
}

#[test]
fn a_workbook_is_read_from_the_sheet_that_has_the_columns_wherever_they_stand() {
    let rows = format!(
        r#"{}<row r="4"><c r="B4"><v>6</v></c>{}</row><row r="7">{}<c r="C7"><v>6</v></c>{}</row>"#,
        head(),
        cell("D4", "Access"),
        cell("B7", "6.10"),
        cell("D7", "Joiners")
    );
    let pack = pack("rules.xlsx", workbook(&rows));
    let catalog = loaded(&pack);
    let one = &catalog.requirements[&"demo:6.10".parse().unwrap()];
    assert_eq!((one.title.as_str(), one.parent.as_ref().unwrap().as_str()), ("Joiners", "demo:6"));
    assert_eq!(pack.notes, ["of 2 sheets only `Rules` was read"]);
}

#[test]
fn an_identifier_that_became_a_date_is_refused_with_its_row() {
    let rows =
        format!(r#"{}<row r="9"><c r="B9" s="1"><v>45000</v></c>{}</row>"#, head(), cell("D9", "Access"));
    assert_eq!(
        refused("rules.xlsx", workbook(&rows)),
        [
            "rules.xlsx:9: id: is a date, where an identifier was meant; format the column as text and write it again"
        ]
    );
}

#[test]
fn a_cell_at_the_far_end_of_a_sheet_costs_no_more_than_another() {
    let rows = format!(
        r#"{}<row r="4">{}{}</row><row r="1048576">{}</row>"#,
        head(),
        cell("B4", "A"),
        cell("D4", "Access"),
        cell("XFD1048576", "far away")
    );
    assert_eq!(loaded(&pack("rules.xlsx", workbook(&rows))).order[&"demo".parse().unwrap()].len(), 1);
}

#[test]
fn a_cell_that_says_to_be_nowhere_is_refused() {
    let rows = format!(r#"{}<row r="4">{}</row>"#, head(), cell("ZZZZZZZZZZ4", "A"));
    let errors = refused("rules.xlsx", workbook(&rows));
    assert_eq!(errors, ["rules.xlsx: not readable as a spreadsheet: the workbook is damaged"]);
}

#[test]
fn what_is_no_workbook_or_unpacks_without_end_is_refused() {
    assert!(
        refused("rules.xlsx", b"id,title\n")[0].starts_with("rules.xlsx: not readable as a spreadsheet: ")
    );
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file("xl/workbook.xml", SimpleFileOptions::default()).unwrap();
    let block = vec![b' '; 1 << 20];
    (0..65).for_each(|_| zip.write_all(&block).unwrap());
    assert_eq!(
        refused("rules.xlsx", zip.finish().unwrap().into_inner()),
        ["rules.xlsx: has more than 64 MiB; split it, or add the parts as packs of their own"]
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn any_text_as_a_table_is_refused_or_makes_a_framework_that_reads_back(text in "[id,title;\t\n\"AB. 1-]{0,200}") {
        let sheet = format!("id,parent,title\n{text}");
        if let Ok(pack) = pack_of_bytes("s.csv", sheet.as_bytes(), &named("demo")) {
            load_bundle(&bundle(&Files::default().with(&pack, false).unwrap())).unwrap();
        }
    }

    #[test]
    fn any_changed_byte_of_a_workbook_never_panics(at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let mut bytes = workbook(&head());
        let at = at.index(bytes.len());
        bytes[at] = byte;
        let _ = pack_of_bytes("s.xlsx", &bytes, &named("demo"));
    }
}
