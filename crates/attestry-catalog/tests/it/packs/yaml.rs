//! Content in the catalog's own form.

use std::fs;

use attestry_catalog::{Files, Reading, load_files, pack_of_bytes, read_pack};
use attestry_domain::time::day;
use tempfile::TempDir;

use super::{loaded, named, pack, refused, shipped_with, told};

const FRAMEWORK: &str = "\
id: house
title: House rules
short: House
version: '1'
publisher: Acme
kind: guidance
licence_note: ours
as_of: 2026-01-01
requirements:
  - { id: H1, kind: rule, title: First, assessable: true }
  - { id: H2, kind: rule, title: Second, assessable: true }
";
const CONTROLS: &str = "\
family: house
title: House
controls:
  - id: HSE-01
    title: Kept
    objective: to be sure
    practice: look at it
    nature: manual
    type: preventive
    cadence: annual
    owner: lead
    evidence: [minutes]
    streams: []
    mappings:
      - { requirement: 'house:H1', kind: satisfies, rationale: since it does }
";
const CROSSWALK: &str = "\
id: house--soc2
from: house
to: soc2
basis: ours
as_of: 2026-01-01
note: one row
rows:
  - { from: H1, to: CC1.1, relation: equal, strength: 9, why: both ask for it }
";

/// A folder with these files.
fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = TempDir::new().unwrap();
    for (path, text) in files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

#[test]
fn a_file_is_told_by_its_keys() {
    let only = |text: &str| pack("a.yaml", text).files.0.into_keys().collect::<Vec<_>>();
    assert_eq!(only(FRAMEWORK), ["frameworks/house.yaml"]);
    assert_eq!(only(CONTROLS), ["controls/house.yaml"]);
    assert_eq!(only(CROSSWALK), ["crosswalks/house--soc2.yaml"]);
    assert_eq!(
        refused("a.yaml", "id: x\nquestions: []\n"),
        [
            "a.yaml: is neither a framework (key `requirements`), nor a family of controls (`family`), nor a crosswalk (`rows`); what is more than one file comes as a folder"
        ]
    );
    assert_eq!(refused("a.yaml", "requirements: []\n"), ["a.yaml: key `id` is missing"]);
    assert_eq!(
        refused("a.yaml", "a: 1\n---\nb: 1\n"),
        ["a.yaml:2: not readable as YAML: a second document starts here"]
    );
    assert!(refused("a.yaml", "requirements: []\nid: ../up\n")[0].contains("`../up` cannot name a pack"));
}

#[test]
fn a_folder_with_any_part_of_a_catalog_is_taken_with_its_name() {
    let folder = folder(&[
        ("Acme House/frameworks/house.yaml", FRAMEWORK),
        ("Acme House/controls/house.yaml", CONTROLS),
        ("Acme House/crosswalks/house--soc2.yaml", CROSSWALK),
        ("Acme House/README.md", "not content"),
    ]);
    let reading = Reading::on(day("2026-03-01").unwrap());
    let pack = read_pack(&folder.path().join("Acme House"), &reading).unwrap();
    assert_eq!((pack.name.as_str(), pack.files.0.len()), ("acme-house", 3));
    let catalog = loaded(&pack);
    assert!(catalog.controls.contains_key(&"HSE-01".parse().unwrap()));
    assert!(catalog.crosswalk(&"soc2".parse().unwrap(), &"house".parse().unwrap()).is_some());
}

#[test]
fn a_pack_need_not_be_complete() {
    // No summary, no key control for H2, a crosswalk that passes over nearly everything.
    let folder = folder(&[("frameworks/house.yaml", FRAMEWORK), ("crosswalks/house--soc2.yaml", CROSSWALK)]);
    let pack = read_pack(folder.path(), &named("house")).unwrap();
    assert_eq!(loaded(&pack).order[&"house".parse().unwrap()].len(), 2);
    // The same as shipped content is refused.
    let mut shipped = Files::embedded();
    shipped.0.extend(pack.files.0);
    let errors = told(load_files(&shipped).map(|_| ()).unwrap_err());
    for lint in ["has no summary", "no control is key for", "is in no row", "no control is mapped to both"] {
        assert!(errors.iter().any(|error| error.contains(lint)), "{lint}");
    }
}

#[test]
fn an_unknown_requirement_in_a_mapping_or_a_row_is_refused_with_the_nearest() {
    let refuses = |name: &str, text: &str, expected: &str| {
        let pack = pack_of_bytes(name, text.as_bytes(), &named("house")).unwrap();
        let errors = load_files(&shipped_with(&pack)).map(|_| ()).unwrap_err();
        assert_eq!(told(errors), [expected]);
    };
    refuses(
        "c.yaml",
        &CONTROLS.replace("house:H1", "soc2:CC8.11"),
        "packs/house/controls/house.yaml:15: controls[0].mappings[0].requirement: unknown requirement `soc2:CC8.11`; nearest is `soc2:CC8.1`",
    );
    let folder = folder(&[
        ("frameworks/house.yaml", FRAMEWORK),
        ("crosswalks/house--soc2.yaml", &CROSSWALK.replace("H1", "H11")),
    ]);
    let pack = read_pack(folder.path(), &named("house")).unwrap();
    let errors = told(load_files(&shipped_with(&pack)).map(|_| ()).unwrap_err());
    let expected = "packs/house/crosswalks/house--soc2.yaml:8: rows[0].from: unknown requirement `house:H11`; nearest is `house:H1`";
    assert!(errors.iter().any(|error| error == expected), "{errors:?}");
}

#[test]
fn what_is_wrong_by_itself_is_refused_in_a_pack_too() {
    let errors = |text: &str| told(load_files(&shipped_with(&pack("a.yaml", text))).map(|_| ()).unwrap_err());
    assert_eq!(
        errors(&FRAMEWORK.replace("title: First", "title: SOC 2 certified")),
        ["packs/demo/frameworks/house.yaml:10: says `soc 2 certified`, which is never true"]
    );
    assert_eq!(
        errors(
            &FRAMEWORK
                .replace("{ id: H1,", "{ id: H1, parent: H2,")
                .replace("{ id: H2,", "{ id: H2, parent: H1,")
        ),
        [
            "packs/demo/frameworks/house.yaml:10: requirements[0].id: `H1` stands above itself; correct its parent or that of a node in between"
        ]
    );
    let mut colon = pack("a.yaml", FRAMEWORK);
    colon.files.0.clear();
    colon.files.add("frameworks/a:b.yaml", FRAMEWORK.replace("id: house", "id: a:b"));
    assert_eq!(
        told(load_files(&shipped_with(&colon)).map(|_| ()).unwrap_err()),
        [
            "packs/demo/frameworks/a:b.yaml:1: id: `a:b` has a colon, which parts a framework from its codes; choose a name without"
        ]
    );
}

#[test]
fn what_is_no_pack_is_refused() {
    let kind = "is no pack; expected a folder laid out like a catalog, or a file that ends in .yaml, .json (an OSCAL catalog), .csv or .xlsx, also with .gz after it";
    assert_eq!(refused("a.pdf", ""), [format!("a.pdf: {kind}")]);
    assert_eq!(refused("noend", ""), [format!("noend: {kind}")]);
    let empty = TempDir::new().unwrap();
    let errors = told(read_pack(empty.path(), &named("x")).unwrap_err());
    assert_eq!(errors, [format!("{}: {kind}", empty.path().display())]);
    let gone = told(read_pack(&empty.path().join("gone.csv"), &named("x")).unwrap_err());
    assert!(gone[0].contains("gone.csv: cannot be read: "), "{gone:?}");
    let odd = Reading { name: Some("No Name".to_owned()), ..named("x") };
    assert_eq!(
        told(pack_of_bytes("a.csv", b"", &odd).unwrap_err()),
        [
            "a.csv: `No Name` cannot name a pack; use up to 60 small letters, digits and hyphens, a letter or digit first"
        ]
    );
    assert!(refused("a.csv.gz", b"no gzip")[0].starts_with("a.csv.gz: cannot be read: "));
}
