//! A catalog as one object.

use attestry_catalog::{Files, bundle, diff, embedded, load_bundle};
use attestry_domain::id::Digest;

#[test]
fn a_bundle_reads_back_to_the_same_catalog_under_its_digest() {
    let bytes = bundle(&Files::embedded());
    let (first, again) = (embedded().unwrap(), load_bundle(&bytes).unwrap());
    assert_eq!(first.digest, Some(Digest::of(&bytes)));
    assert_eq!(first.digest, again.digest);
    assert_eq!((diff(&first, &again).differences, &first.order), (Vec::new(), &again.order));
}

#[test]
fn any_changed_byte_of_content_changes_the_digest() {
    let mut files = Files::embedded();
    let before = Digest::of(&bundle(&files));
    files.0.get_mut("streams/change.yaml").unwrap().push(b'\n');
    assert_ne!(Digest::of(&bundle(&files)), before);
}

#[test]
fn a_bundle_that_is_not_in_canonical_form_is_refused() {
    let errors = load_bundle(b"{ \"streams/a.yaml\": \"\" }").unwrap_err();
    assert_eq!(errors[0].to_string(), "bundle: no catalog bundle: it is not in canonical form");
}

#[test]
fn bytes_that_are_no_bundle_are_refused() {
    let errors = load_bundle(b"[1]").unwrap_err();
    assert!(errors[0].to_string().starts_with("bundle: no catalog bundle: invalid type"));
}

#[test]
fn a_bundle_is_still_read_when_newer_rules_about_content_would_refuse_it() {
    let mut files = Files::embedded();
    let path = "frameworks/soc2.yaml";
    let text = String::from_utf8(files.0[path].clone()).unwrap();
    files.add(path, text.replace("short: SOC 2\n", "short: SOC 2 certified\n"));
    assert!(attestry_catalog::load_files(&files).is_err());
    assert!(load_bundle(&bundle(&files)).is_ok());
}
