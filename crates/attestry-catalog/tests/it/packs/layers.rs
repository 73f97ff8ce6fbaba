//! Packs over a catalog.

use attestry_catalog::{Files, Pack, diff, load_files};

use super::{pack, told};

const ONE: &str = "id,title\nA,One\n";
const TWO: &str = "id,title\nA,One\nB,Two\n";

fn as_named(name: &str, pack: Pack) -> Pack {
    Pack { name: name.to_owned(), ..pack }
}

fn conflict(files: Result<Files, Vec<attestry_catalog::CatalogError>>) -> Vec<String> {
    told(files.unwrap_err())
}

#[test]
fn a_pack_lies_in_its_own_folder_and_leaves_without_a_trace() {
    let shipped = Files::embedded();
    let with = shipped.with(&pack("s.csv", ONE), false).unwrap();
    assert_eq!(with.packs().into_iter().collect::<Vec<_>>(), ["demo"]);
    assert!(with.0.contains_key("packs/demo/frameworks/demo.yaml"));
    assert_eq!(with.without("demo").unwrap(), shipped);
    assert_eq!(
        with.without("dmo").unwrap_err().to_string(),
        "packs: there is no pack `dmo`; nearest is `demo`"
    );
}

#[test]
fn the_same_again_is_nothing_and_other_content_must_be_told_to_replace() {
    let with = Files::embedded().with(&pack("s.csv", ONE), false).unwrap();
    assert_eq!(with.with(&pack("s.csv", ONE), false).unwrap(), with);
    assert_eq!(
        conflict(with.with(&pack("s.csv", TWO), false)),
        [
            "frameworks/demo.yaml: pack `demo` is there with other content; `--replace` puts the new one in its place"
        ]
    );
    let replaced = with.with(&pack("s.csv", TWO), true).unwrap();
    assert_eq!(load_files(&replaced).unwrap().order[&"demo".parse().unwrap()].len(), 2);
}

#[test]
fn a_pack_that_is_replaced_leaves_none_of_its_old_files() {
    let mut first = pack("s.csv", ONE);
    first.files.add("controls/old.yaml", "family: old\ntitle: Old\ncontrols: []\n");
    let with = Files::embedded().with(&first, false).unwrap();
    let replaced = with.with(&pack("s.csv", TWO), true).unwrap();
    assert!(!replaced.0.contains_key("packs/demo/controls/old.yaml"));
}

#[test]
fn a_shipped_file_gives_way_only_when_told_and_comes_back() {
    let shipped = Files::embedded();
    let path = "frameworks/soc2.yaml";
    let text = String::from_utf8(shipped.0[path].clone()).unwrap().replace("short: SOC 2\n", "short: Ours\n");
    let mut ours = pack("s.csv", ONE);
    ours.files.0.clear();
    ours.files.add(path, text);
    assert_eq!(
        conflict(shipped.with(&ours, false)),
        [
            "frameworks/soc2.yaml: the catalog has this file with other content; `--replace` puts the pack's in its place"
        ]
    );
    let with = shipped.with(&ours, true).unwrap();
    let short = |files: &Files| load_files(files).unwrap().frameworks[&"soc2".parse().unwrap()].short.clone();
    assert_eq!(
        (short(&with), short(&with.without("demo").unwrap())),
        ("Ours".to_owned(), "SOC 2".to_owned())
    );
}

#[test]
fn what_the_catalog_says_in_the_same_words_is_not_taken_twice() {
    let shipped = Files::embedded();
    let mut copy = pack("s.csv", ONE);
    copy.files.add("frameworks/soc2.yaml", shipped.0["frameworks/soc2.yaml"].clone());
    let with = shipped.with(&copy, false).unwrap();
    assert!(!with.0.contains_key("packs/demo/frameworks/soc2.yaml"));
}

#[test]
fn two_packs_cannot_bring_one_file_even_when_told_to_replace() {
    let with = Files::embedded().with(&pack("s.csv", ONE), false).unwrap();
    let other = as_named("other", pack("s.csv", TWO));
    let expected = [
        "frameworks/demo.yaml: pack `demo` brings this file already; rename one of the two, or take that pack out",
    ];
    assert_eq!(conflict(with.with(&other, true)), expected);
    let mut both = with;
    both.add("packs/other/frameworks/demo.yaml", ONE);
    assert_eq!(told(load_files(&both).map(|_| ()).unwrap_err()), [format!("packs/other/{}", expected[0])]);
}

#[test]
fn a_framework_that_is_there_under_another_path_is_refused() {
    let renamed = |text: &[u8]| String::from_utf8(text.to_vec()).unwrap().replace("id: \"demo\"", "id: soc2");
    let mut twice = pack("s.csv", ONE);
    let text = renamed(&twice.files.0["frameworks/demo.yaml"]);
    twice.files.add("frameworks/demo.yaml", text);
    let files = Files::embedded().with(&twice, true).unwrap();
    let errors = told(load_files(&files).map(|_| ()).unwrap_err());
    let expected = "framework `soc2` is already there, at packs/demo/frameworks/demo.yaml:2";
    assert!(errors[0].starts_with("frameworks/soc2.yaml:") && errors[0].ends_with(expected), "{errors:?}");
}

#[test]
fn packs_move_to_another_catalog_below_them() {
    let mut old = Files::embedded();
    old.0.remove("topics.yaml");
    old.0.remove("crosswalks/soc2--iso27001.yaml");
    let moved = old.with(&pack("s.csv", ONE), false).unwrap().over(&Files::embedded());
    assert_eq!(moved, Files::embedded().with(&pack("s.csv", ONE), false).unwrap());
}

#[test]
fn adding_a_framework_changes_nothing_else() {
    let shipped = Files::embedded();
    let with = shipped.with(&pack("s.csv", TWO), false).unwrap();
    let found = diff(&load_files(&shipped).unwrap(), &load_files(&with).unwrap());
    let ids: Vec<(&str, &str, &str)> =
        found.differences.iter().map(|one| (one.kind, one.id.as_str(), one.change.as_str())).collect();
    let expected =
        [("framework", "demo", "new"), ("requirement", "demo:A", "new"), ("requirement", "demo:B", "new")];
    assert_eq!(ids, expected);
}
