//! A template sees what it was given and nothing else.

use attestry_typeset::{Template, typeset};
use serde_json::{Value, json};

use crate::{document, refusal, set};

#[test]
fn a_file_of_the_machine_cannot_be_read() {
    for path in ["/etc/passwd", "etc/hostname", "/proc/self/environ"] {
        let message = refusal(&format!("#read(\"{path}\")"));
        assert!(message.contains("file not found"), "{message}");
        assert!(message.contains(path.trim_start_matches('/')), "{message}");
    }
}

#[test]
fn a_path_cannot_climb_out() {
    let message = refusal("#read(\"../../../../etc/passwd\")");
    assert!(message.starts_with("main.typ:1:"), "{message}");
}

#[test]
fn a_package_cannot_be_imported() {
    let message = refusal("#import \"@preview/cetz:0.3.0\"");
    assert!(message.contains("a template cannot use packages"), "{message}");
    assert!(message.starts_with("main.typ:1:9: "), "{message}");
}

#[test]
fn a_font_of_the_system_is_unknown_and_gives_a_warning() {
    let set = set("#set text(font: \"Liberation Sans\")\nWords", &Value::Null).unwrap();
    assert_eq!(set.warnings.len(), 1);
    assert!(set.warnings[0].to_string().contains("unknown font family: liberation sans"));
}

#[test]
fn a_given_file_can_be_imported_and_read() {
    let files = vec![
        ("parts/words.typ".to_owned(), b"#let greeting = [Good day]".to_vec()),
        ("note.txt".to_owned(), b"a note".to_vec()),
    ];
    let main = "#import \"parts/words.typ\": greeting\n#greeting, #assert(read(\"note.txt\") == \"a note\")";
    assert!(typeset(&Template { main, files }, &Value::Null, &document()).unwrap().conforms);
}

#[test]
fn today_is_the_date_of_the_document() {
    set("#assert(datetime.today() == datetime(year: 2026, month: 5, day: 12))", &Value::Null).unwrap();
}

#[test]
fn data_are_text_and_never_markup() {
    let main = "#let data = json(\"data.json\")\n#data.name";
    let hostile = json!({ "name": "#read(\"/etc/passwd\") #panic() *bold* $x$ \\ ] )" });
    assert!(set(main, &hostile).unwrap().conforms);
}
