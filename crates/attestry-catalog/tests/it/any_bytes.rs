//! Whatever the files hold, loading answers.

use attestry_catalog::{Files, load_bundle, load_files};
use proptest::prelude::*;

fn path() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "frameworks/a.yaml",
        "adviser/questions.yaml",
        "adviser/rules.yaml",
        "adviser/steps.yaml",
        "controls/a.yaml",
        "streams/a.yaml",
        "tests/a/test.yaml",
        "tests/a/population.sql",
        "stray",
    ])
}

/// Text made of what the formats are made of, so that it often parses.
fn near_yaml() -> impl Strategy<Value = String> {
    let pieces = [
        "id",
        "title",
        "kind",
        "requirements",
        "controls",
        "mappings",
        "columns",
        "parameters",
        "questions",
        "rules",
        "steps",
        "when",
        "effect",
        "always",
        "default",
        "a",
        "soc2:CC1",
        ": ",
        ":\n",
        "\n",
        "\n  ",
        "\n  - ",
        "- ",
        "{",
        "}",
        "[",
        "]",
        ", ",
        "\"",
        "'",
        ">-\n  ",
        "&a ",
        "*a",
        "!t ",
        "---\n",
        "#",
        "é",
        "true",
        "6.10",
        "~",
        "|",
    ];
    prop::collection::vec(prop::sample::select(pieces.to_vec()), 0..60).prop_map(|pieces| pieces.concat())
}

fn files(path: &str, bytes: impl Into<Vec<u8>>) -> Files {
    let mut files = Files::default();
    files.add(path, bytes);
    files
}

proptest! {
    #[test]
    fn any_bytes_in_a_file_never_panic(path in path(), bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = load_files(&files(path, bytes));
    }

    #[test]
    fn any_text_like_yaml_in_a_file_never_panics(path in path(), text in near_yaml()) {
        let _ = load_files(&files(path, text));
    }

    #[test]
    fn any_cut_or_changed_byte_of_a_shipped_file_never_panics(
        which in any::<prop::sample::Index>(),
        at in any::<prop::sample::Index>(),
        byte in any::<u8>(),
        cut in any::<bool>(),
    ) {
        let shipped = Files::embedded();
        let small: Vec<_> = shipped.0.iter().filter(|(_, bytes)| bytes.len() < 20_000 && !bytes.is_empty()).collect();
        let (path, bytes) = small[which.index(small.len())];
        let mut bytes = bytes.clone();
        let at = at.index(bytes.len());
        bytes[at] = byte;
        if cut {
            bytes.truncate(at);
        }
        let _ = load_files(&files(path, bytes));
    }

    #[test]
    fn any_bytes_as_a_bundle_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = load_bundle(&bytes);
    }
}
