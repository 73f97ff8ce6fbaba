//! OSCAL catalogs.

use std::io::Write;

use attestry_catalog::{Files, Reading, bundle, diff, load_bundle, load_files, pack_of_bytes};
use attestry_domain::time::day;
use proptest::prelude::*;

use super::{loaded, named, pack, refused, shipped_with};

/// A part of NIST SP 800-53 as published: two families, three controls, eight enhancements.
const NIST: &str = include_str!("../../packs/sp800-53-moderate-cut.json");

#[test]
fn a_published_catalog_becomes_a_framework_of_groups_controls_and_enhancements() {
    let catalog = loaded(&pack("nist.json", NIST));
    let framework = &catalog.frameworks[&"demo".parse().unwrap()];
    assert_eq!(framework.title, "NIST Special Publication 800-53 Revision 5.1.1 MODERATE IMPACT BASELINE");
    assert_eq!(framework.version, "5.1.1+u4");
    assert_eq!(framework.publisher, "Joint Task Force, Transformation Initiative");
    assert_eq!((framework.short.as_str(), framework.as_of), ("demo", day("2024-02-13").unwrap()));
    let nodes: Vec<_> = catalog.requirements_of(&framework.id).collect();
    let of_kind = |kind: &str| nodes.iter().filter(|node| node.kind == kind).count();
    assert_eq!((nodes.len(), of_kind("family"), of_kind("control"), of_kind("enhancement")), (13, 2, 3, 8));
    let one = &catalog.requirements[&"demo:AC-2(1)".parse().unwrap()];
    assert_eq!(
        (one.title.as_str(), one.kind.as_str()),
        ("Automated System Account Management", "enhancement")
    );
    assert_eq!(one.parent.as_ref().unwrap().as_str(), "demo:AC-2");
    assert!(one.assessable && one.excludable);
    assert!(!catalog.requirements[&"demo:ac".parse().unwrap()].assessable);
}

#[test]
fn the_publications_text_stays_out_unless_it_is_asked_for() {
    let id = "demo:AC-2(1)".parse().unwrap();
    let catalog = loaded(&pack("nist.json", NIST));
    assert_eq!(catalog.requirements[&id].summary, "See the publication.");
    let reading = Reading { with_text: true, ..named("demo") };
    let catalog = loaded(&pack_of_bytes("nist.json", NIST.as_bytes(), &reading).unwrap());
    assert_eq!(
        catalog.requirements[&id].summary,
        "Support the management of system accounts using [automated mechanisms]."
    );
    let with_parts = &catalog.requirements[&"demo:AC-1".parse().unwrap()].summary;
    assert!(
        with_parts.starts_with(
            "a. Develop, document, and disseminate to [organization-defined personnel or roles]: 1. "
        ),
        "{with_parts}"
    );
    assert!(!with_parts.contains("{{"), "{with_parts}");
}

#[test]
fn a_framework_from_json_reads_back_from_the_bundle() {
    let files = shipped_with(&pack("nist.json", NIST));
    let again = load_bundle(&bundle(&files)).unwrap();
    let first = load_files(&files).unwrap();
    assert_eq!((again.digest, diff(&first, &again).differences), (first.digest, Vec::new()));
    assert_eq!(first.order, again.order);
}

#[test]
fn the_same_packed_by_gzip_is_the_same_content() {
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(NIST.as_bytes()).unwrap();
    let packed = pack("nist.json.gz", gzip.finish().unwrap());
    let body = |pack: &attestry_catalog::Pack| {
        let text = String::from_utf8(pack.files.0["frameworks/demo.yaml"].clone()).unwrap();
        text.split_once("requirements:").unwrap().1.to_owned()
    };
    assert_eq!(body(&packed), body(&pack("nist.json", NIST)));
}

#[test]
fn a_control_that_was_withdrawn_is_kept_and_not_assessed() {
    let json = r#"{"catalog": {"metadata": {"title": "T", "version": "1"}, "controls": [
        {"id": "a-1", "title": "Gone", "props": [{"name": "status", "value": "Withdrawn"}]},
        {"id": "a-2", "title": "There"}]}}"#;
    let catalog = loaded(&pack("t.json", json));
    let gone = &catalog.requirements[&"demo:a-1".parse().unwrap()];
    assert_eq!((gone.kind.as_str(), gone.assessable), ("withdrawn", false));
    assert!(catalog.requirements[&"demo:a-2".parse().unwrap()].assessable);
}

#[test]
fn labels_that_repeat_are_no_identifiers_and_the_documents_own_are_taken() {
    let json = r#"{"catalog": {"metadata": {"title": "T", "version": "1"}, "controls": [
        {"id": "a-1", "title": "One", "props": [{"name": "label", "value": "1"}]},
        {"id": "a-2", "title": "Two", "props": [{"name": "label", "value": "1"}]}]}}"#;
    let catalog = loaded(&pack("t.json", json));
    assert!(catalog.requirements.contains_key(&"demo:a-1".parse().unwrap()));
}

#[test]
fn what_is_no_catalog_is_refused_with_what_to_do() {
    assert_eq!(
        refused("p.json", r#"{"profile": {"uuid": "1"}}"#),
        [
            "p.json: is an OSCAL profile, which only selects from catalogs that lie elsewhere; resolve it with an OSCAL tool, and add the resolved catalog"
        ]
    );
    assert_eq!(
        refused("p.json", r#"{"system-security-plan": {}}"#),
        ["p.json: holds no OSCAL catalog; expected the key `catalog`, found `system-security-plan`"]
    );
    assert_eq!(
        refused("p.json", "[]"),
        ["p.json: holds no OSCAL catalog; expected the key `catalog`, found no key at all"]
    );
    assert!(refused("p.json", "{")[0].starts_with("p.json: not readable as JSON: EOF while parsing"));
    assert_eq!(refused("p.json", r#"{"catalog": {}}"#), ["p.json: holds no requirement"]);
    assert_eq!(refused("p.json", b"\xff"), ["p.json: not UTF-8 text"]);
}

#[test]
fn each_fault_of_a_control_names_its_place() {
    let json = r#"{"catalog": {"groups": [{"id": "g", "title": "G", "controls": [
        {"id": "a-1", "title": "One"}, {"id": "a-2"}, {"title": "Three"}]}]}}"#;
    assert_eq!(
        refused("c.json", json),
        [
            "c.json: catalog.groups[0].controls[1]: key `title` is missing",
            "c.json: catalog.groups[0].controls[2]: key `id` is missing",
        ]
    );
    let json = r#"{"catalog": {"controls": [
        {"id": "a-1", "title": "One"}, {"id": "a-1", "title": "Two"}, {"id": "a/3", "title": "Three"}]}}"#;
    assert_eq!(
        refused("c.json", json),
        [
            "c.json: catalog.controls[1].id: requirement `a-1` is already there, at c.json: catalog.controls[0].id",
            "c.json: catalog.controls[2].id: `demo:a/3` is no requirement id; expected 1 to 80 letters, digits, spaces, dots, colons, hyphens or brackets",
        ]
    );
}

#[test]
fn nesting_without_end_is_refused() {
    let open = r#"{"id": "ID", "title": "T", "controls": ["#;
    let nested: String = (0..30).map(|at| open.replace("ID", &format!("c{at}"))).collect();
    let json = format!(r#"{{"catalog": {{"controls": [{nested}{}]}}}}"#, "]}".repeat(30));
    let errors = refused("c.json", json);
    assert!(errors.iter().any(|error| error.ends_with("is nested deeper than 16 levels")), "{errors:?}");
    let deep = format!(r#"{{"catalog": {}1{}}}"#, "[".repeat(100_000), "]".repeat(100_000));
    assert!(refused("c.json", deep)[0].contains("recursion limit exceeded"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_cut_or_changed_byte_is_refused_or_makes_a_framework_that_reads_back(at in 0..NIST.len(), byte in any::<u8>(), cut in any::<bool>()) {
        let mut bytes = NIST.as_bytes().to_vec();
        bytes[at] = byte;
        if cut {
            bytes.truncate(at);
        }
        if let Ok(pack) = pack_of_bytes("c.json", &bytes, &Reading { with_text: true, ..named("null") }) {
            load_bundle(&bundle(&Files::default().with(&pack, false).unwrap())).unwrap();
        }
    }
}
