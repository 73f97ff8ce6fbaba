//! The bytes that come out.

use attestry_typeset::{Template, Typeset, pdf, typeset};
use serde_json::{Value, json};

use crate::{contains, document, set};

const LETTER: &str = "= Findings\n#for row in json(\"data.json\") [- #row]\n#table(columns: 2)[a][b]";

#[test]
fn the_same_input_gives_the_same_bytes() {
    let data = json!(["one", "two"]);
    let first = set(LETTER, &data).unwrap();
    // In between, the compiler's memory is used by something else and then emptied.
    for n in 0..6 {
        set(&format!("other {n}"), &Value::Null).unwrap();
    }
    typst::comemo::evict(0);
    assert_eq!(first, set(LETTER, &data).unwrap());
    assert_ne!(first.pdf, set(LETTER, &json!(["one", "three"])).unwrap().pdf);
}

#[test]
fn threads_do_not_disturb_each_other() {
    let data = json!(["one", "two"]);
    let expected = set(LETTER, &data).unwrap();
    let together: Vec<Typeset> = std::thread::scope(|scope| {
        let running: Vec<_> = (0..4).map(|_| scope.spawn(|| set(LETTER, &data).unwrap())).collect();
        running.into_iter().map(|one| one.join().unwrap()).collect()
    });
    assert!(together.iter().all(|one| *one == expected));
}

#[test]
fn title_author_and_date_are_in_the_pdf_and_no_other_time_is() {
    let pdf = pdf(&Template { main: "Words", files: Vec::new() }, &Value::Null, &document()).unwrap();
    assert!(pdf.starts_with(b"%PDF-1.7"));
    assert!(contains(&pdf, "Yearly statement"));
    assert!(contains(&pdf, ">Ada<"));
    assert!(contains(&pdf, "<xmp:CreateDate>2026-05-12"));
    assert!(contains(&pdf, "<xmp:ModifyDate>2026-05-12"));
}

#[test]
fn a_template_may_say_its_own_title() {
    let set = set("#set document(title: \"Another\")\nWords", &Value::Null).unwrap();
    assert!(contains(&set.pdf, "Another"));
    assert!(!contains(&set.pdf, "Yearly statement"));
}

#[test]
fn the_pdf_is_tagged_and_conforms() {
    let set = set(LETTER, &json!([])).unwrap();
    assert!(set.conforms && set.warnings.is_empty());
    assert!(contains(&set.pdf, "pdfuaid:part>1"));
    assert!(contains(&set.pdf, "pdfaid:part>2"));
    assert!(contains(&set.pdf, "/StructTreeRoot"));
}

#[test]
fn a_name_in_a_script_without_a_font_is_set_and_the_warning_says_why_it_does_not_conform() {
    let set = set("#json(\"data.json\").join()", &json!(["ジェネリック"])).unwrap();
    assert!(!set.conforms);
    assert!(set.warnings.iter().all(|warning| !warning.fatal));
    assert!(set.warnings[0].to_string().contains("could not be displayed"), "{}", set.warnings[0]);
    assert!(contains(&set.pdf, "/StructTreeRoot"));
    assert!(!contains(&set.pdf, "pdfuaid:part"));
}

#[test]
fn a_document_of_nothing_is_one_empty_page() {
    assert!(typeset(&Template::default(), &Value::Null, &document()).is_ok());
}
